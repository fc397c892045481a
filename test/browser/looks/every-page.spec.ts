import { expectAccessible, expectNamed, expectNoSidewaysScroll, settled } from '../support/look.ts';
import { pages } from '../support/pages.ts';
import { expect, test } from '../support/test.ts';

for (const { name, open } of pages) {
  test(`${name}: axe in light and dark, narrow, zoomed, German, pseudo-language, forced colours`, async ({
    page,
    staff,
    stock,
  }, { project }) => {
    const usual = page.viewportSize()!;
    const path = await open({ page, staff, stock });
    const inLanguage = (language: string) => `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.goto(path);
    await settled(page);
    await expectNamed(page);
    await expectAccessible(page, 'light');
    await expectNoSidewaysScroll(page, 'as it is');
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
    // Colours go over into each other within a fifth of a second.
    await page.waitForTimeout(300);
    await expectAccessible(page, 'dark');

    // Text at 200 % on a desk is half of the width; on a phone the narrowest one there is.
    await page.setViewportSize(project.name === 'phone' ? { width: 320, height: 640 } : { width: 640, height: 450 });
    await expectNoSidewaysScroll(page, project.name === 'phone' ? '320 px wide' : 'at 200 %');
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' });
    await expectNoSidewaysScroll(page, 'forced colours');
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });

    for (const language of ['de', 'pseudo']) {
      await page.goto(inLanguage(language));
      await settled(page);
      await expect(page.locator('html')).toHaveCSS('direction', language === 'pseudo' ? 'rtl' : 'ltr');
      await expectNoSidewaysScroll(page, `${language}, narrow`);
      await page.setViewportSize(usual);
      await expectNoSidewaysScroll(page, language);
    }
    expect.soft(await page.evaluate(() => (window as { broken?: string }).broken), 'typed text ran').toBeUndefined();
  });
}
