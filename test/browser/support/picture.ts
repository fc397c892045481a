import type { Page } from '@playwright/test';

/** How wide a picture is that is kept with the sources: every pixel of them is carried by whoever clones. */
const keptWidth = (width: number) => width * (width > 700 ? 0.375 : 0.6);

/**
 * A picture of what the window shows, once it stands still: whole, and smaller to be compared. What the selectors name depends on
 * the moment and is covered.
 */
export async function takePicture(
  page: Page,
  changing: readonly string[],
): Promise<{ readonly whole: Buffer; readonly small: Buffer }> {
  const mask = changing.map((one) => page.locator(one));
  const take = () => page.screenshot({ mask, animations: 'disabled', caret: 'hide', scale: 'css' });
  let whole = await take();
  for (let i = 0; i < 10; i++) {
    await page.waitForTimeout(150);
    const again = await take();
    const stands = again.equals(whole);
    whole = again;
    if (stands) break;
  }
  return { whole, small: await shrink(page, whole) };
}

/** Drawn smaller by a page of the same browser, which has no policy of ours. */
async function shrink(page: Page, picture: Buffer): Promise<Buffer> {
  const scratch = await page.context().newPage();
  try {
    const width = Math.round(keptWidth(page.viewportSize()!.width));
    const small = await scratch.evaluate(
      async ([source, width]) => {
        const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
        const canvas = document.createElement('canvas');
        canvas.width = width;
        canvas.height = Math.round((bitmap.height * width) / bitmap.width);
        const context = canvas.getContext('2d')!;
        context.imageSmoothingQuality = 'high';
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        // Sixteen shades of each colour are enough to see what moved, and pack to a third.
        const image = context.getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < image.data.length; i++) image.data[i] = Math.round(image.data[i]! / 17) * 17;
        context.putImageData(image, 0, 0);
        return canvas.toDataURL('image/png').split(',')[1]!;
      },
      [picture.toString('base64'), width] as const,
    );
    return Buffer.from(small, 'base64');
  } finally {
    await scratch.close();
  }
}
