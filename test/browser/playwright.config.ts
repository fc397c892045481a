import { defineConfig, devices } from '@playwright/test';

/** Debian's browser: Playwright's own is never downloaded. Root may not use its sandbox. */
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
};

/** How pages look and how much they load depends on the build, not on what serves it: of a named shop only the journeys are played. */
const ofTheBuild = process.env.ONSALE_TEST_URL ? ['**/looks/**', '**/lighthouse.*', '**/first-load.*'] : [];

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results/browser',
  snapshotPathTemplate: '{testDir}/accepted/{arg}-{projectName}{ext}',
  globalSetup: './support/start-shop.ts',
  reporter: [['list'], ['json', { outputFile: '../../test-results/browser.json' }]],
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  // Purchases stay purchases, and a picture that differs differs again: what fails here failed.
  retries: 0,
  expect: { timeout: 10_000 },
  use: {
    launchOptions,
    locale: 'en-GB',
    // Neither that of the server nor that of the shows.
    timezoneId: 'America/New_York',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1440, height: 900 } }, testIgnore: ['**/phone/**', ...ofTheBuild] },
    {
      name: 'phone',
      use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 }, deviceScaleFactor: 1 },
      testIgnore: ['**/once/**', ...ofTheBuild],
    },
  ],
});
