import { chromium } from '@playwright/test';
import lighthouse from 'lighthouse';
import { findFreePort } from '../../../bench/servers/free-port.ts';

export type Category = 'performance' | 'accessibility' | 'best-practices' | 'seo';

/** What Lighthouse says of a page: scores of 0 to 100, metrics in its units, and why a score is not full. */
export interface Verdict {
  readonly scores: Readonly<Partial<Record<Category, number>>>;
  readonly lcpMs: number | null;
  readonly cls: number | null;
  readonly faults: readonly string[];
}

/** Runs Lighthouse once as a phone with its own throttle, in a fresh browser of this machine. */
export async function runLighthouse(url: string, categories: readonly Category[]): Promise<Verdict> {
  const port = await findFreePort();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [`--remote-debugging-port=${port}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  try {
    const result = await lighthouse(url, { port, onlyCategories: [...categories], output: 'json', logLevel: 'error' });
    if (!result) throw new Error(`Lighthouse says nothing of ${url}`);
    const { lhr } = result;
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    const scores: Partial<Record<Category, number>> = {};
    const faults: string[] = [];
    for (const category of categories) {
      const { score, auditRefs } = lhr.categories[category]!;
      scores[category] = Math.round((score ?? 0) * 100);
      for (const { id, weight } of auditRefs) {
        const audit = lhr.audits[id]!;
        if (weight > 0 && audit.score !== null && audit.score < 0.9) faults.push(`${category}: ${audit.title} (${id})`);
      }
    }
    const metric = (id: string) => lhr.audits[id]?.numericValue ?? null;
    return { scores, lcpMs: metric('largest-contentful-paint'), cls: metric('cumulative-layout-shift'), faults };
  } finally {
    await browser.close();
  }
}
