import type { Locator } from '@playwright/test';
import readQr from 'jsqr';

/** What a scanner reads of what an element shows on the screen; null: nothing. */
export async function readCode(shown: Locator): Promise<string | null> {
  const picture = (await shown.screenshot({ scale: 'css' })).toString('base64');
  const scratch = await shown.page().context().newPage();
  try {
    const { width, height, dots } = await scratch.evaluate(async (source) => {
      const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${source}`)).blob());
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return { width: bitmap.width, height: bitmap.height, dots: [...data] };
    }, picture);
    return readQr.default(Uint8ClampedArray.from(dots), width, height)?.data ?? null;
  } finally {
    await scratch.close();
  }
}
