import { type Invariant, invariants } from '../../features/verify/index.ts';
import { countBars, duration, escapeHtml, spreadChart, timeChart } from './report-charts.ts';
import { reportStyle } from './report-style.ts';
import type { RehearsalResult } from './result.ts';
import { addressHints, clock, number, shareOf, size } from './terminal-picture.ts';

/** The whole rehearsal as one HTML file that needs nothing else: charts are inline SVG, there are no scripts. */
export function renderReport(result: RehearsalResult): string {
  const { show, setting } = result;
  const title = `Rehearsal: ${number(setting.buyers)} buyers, ${number(show.capacity)} seats`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${[heading(result), tiles(result), rush(result), seats(result), funnel(result), latencies(result), pages(result), reasons(result), crowd(result), checks(result), database(result), facts(result)].join('\n')}
</main>
</body>
</html>
`;
}

function heading({ show, setting, soldOutAtMs, seats: samples, clean, startedAt }: RehearsalResult): string {
  const ending =
    soldOutAtMs === null
      ? `${number(samples.at(-1)?.available ?? 0)} of ${number(show.capacity)} seats left`
      : `Sold out after ${clock(soldOutAtMs)}`;
  const word = clean ? 'Every promise was kept' : 'Something is wrong: see the checks';
  return `<header>
<h1>${escapeHtml(ending)}</h1>
<p>${escapeHtml(show.title)} · ${number(setting.buyers)} buyers for ${number(show.capacity)} seats · ${escapeHtml(startedAt.slice(0, 16).replace('T', ' '))} UTC</p>
<span class="word ${clean ? 'good' : 'bad'}">${word}</span>
</header>`;
}

function tiles({ totals, ms, requests, latencies: steps, series, errors }: RehearsalResult): string {
  const purchase = steps.find(({ step }) => step === 'purchase');
  const most = (values: readonly number[]) => number(values.reduce((max, value) => Math.max(max, value), 0));
  const errorCount = errors.reduce((sum, { count }) => sum + count, 0);
  const entries: [string, string][] = [
    [number(totals.tickets), 'tickets sold'],
    [number(totals.purchases), 'purchases'],
    [most(series.arrivals), 'arrivals in the busiest second'],
    [most(series.purchases), 'purchases in the busiest second'],
    [purchase ? duration(purchase.p95Ms) : '–', '95 % of purchases within'],
    [number(requests), `requests in ${clock(ms)}, ${number(errorCount)} errors`],
  ];
  return `<div class="tiles">${entries.map(([value, name]) => `<div><b>${value}</b><span>${name}</span></div>`).join('')}</div>`;
}

function rush({ series, ms }: RehearsalResult): string {
  const seconds = Math.max(2, Math.ceil(ms / 1000));
  const line = (name: keyof typeof series) => Array.from({ length: seconds }, (_, i) => series[name][i] ?? 0);
  return section(
    'The rush',
    'Per second: buyers who came, tickets put into baskets, purchases that were acknowledged, requests that were refused.',
    timeChart({
      title: 'Arrivals, holds, purchases and refusals per second',
      unit: '/s',
      stepMs: 1000,
      lines: [
        { label: 'Arrivals', colour: 'arrivals', values: line('arrivals') },
        { label: 'Holds', colour: 'holds', values: line('holds') },
        { label: 'Purchases', colour: 'purchases', values: line('purchases') },
        { label: 'Refusals', colour: 'refusals', values: line('refusals') },
      ],
    }),
  );
}

const seatStepMs = 500;

function seats({ seats: samples, ms, show }: RehearsalResult): string {
  let at = 0;
  const steps = Array.from({ length: Math.max(2, Math.ceil(ms / seatStepMs) + 1) }, (_, i) => {
    while (at + 1 < samples.length && samples[at + 1]!.atMs <= i * seatStepMs) at++;
    return samples[at] ?? { available: show.capacity, held: 0, reserved: 0, sold: 0 };
  });
  return section(
    'The house',
    'Every seat at every moment. What is held and not paid comes back on sale.',
    timeChart({
      title: 'Seats sold, in payment, held and free over time',
      unit: '',
      stepMs: seatStepMs,
      stacked: true,
      lines: [
        { label: 'Sold', colour: 'purchases', values: steps.map(({ sold }) => sold) },
        { label: 'In payment', colour: 'payment', values: steps.map(({ reserved }) => reserved) },
        { label: 'Held', colour: 'holds', values: steps.map(({ held }) => held) },
        { label: 'Free', colour: 'free', values: steps.map(({ available }) => available) },
      ],
    }),
  );
}

function funnel({ funnel: stages, cards }: RehearsalResult): string {
  const bars = stages.map(({ stage, count, accounts }, i) => {
    const share = i === 0 ? '' : `, ${shareOf(count, stages[i - 1]!.count)} of those before`;
    return { label: `${stage} (${number(accounts)} signed in${share})`, count };
  });
  const rows = cards.map(({ card, tried, paid, p50Ms, p95Ms }) => {
    const times = [p50Ms, p95Ms].map((ms) => `<td>${paid === 0 ? '–' : duration(ms)}</td>`);
    return `<tr><td>${escapeHtml(card)}</td><td>${number(tried)}</td><td>${number(paid)}</td>${times.join('')}</tr>`;
  });
  return section(
    'From hold to ticket',
    'Sessions that came so far; below, by card, how many of those who went to pay got tickets, and how long that took with the time at the bank.',
    `${countBars(bars, 'purchases')}<div class="scroll"><table><thead><tr><th>Card</th><th>Went to pay</th><th>Got tickets</th><th>50 %</th><th>95 %</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

function latencies({ latencies: steps }: RehearsalResult): string {
  if (steps.length === 0) return '';
  const rows = steps.map(
    ({ step, count, p50Ms, p95Ms, p99Ms, maxMs }) =>
      `<tr><td>${escapeHtml(step)}</td><td>${number(count)}</td>${[p50Ms, p95Ms, p99Ms, maxMs].map((ms) => `<td>${duration(ms)}</td>`).join('')}</tr>`,
  );
  const chart = spreadChart(steps.map(({ step, ...spread }) => ({ label: step, ...spread })));
  return section(
    'How long it took',
    'From the moment a request was meant to leave, so that queues count. Dot: half of them; tick: 95 %; bar: 99 %; line: the slowest.',
    `${chart}<div class="scroll"><table><thead><tr><th>Step</th><th>Requests</th><th>50 %</th><th>95 %</th><th>99 %</th><th>Slowest</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

function pages({ pages: loads, setting }: RehearsalResult): string {
  if (loads.length === 0) return '';
  const rows = loads.map(
    ({ step, count, unchanged, p50Ms, p95Ms, bytes }) =>
      `<tr><td>${escapeHtml(step)}</td><td>${number(count)}</td><td>${number(unchanged)}</td><td>${duration(p50Ms)}</td><td>${duration(p95Ms)}</td><td>${size(bytes)}</td></tr>`,
  );
  const bytes = loads.reduce((sum, load) => sum + load.bytes, 0);
  return section(
    'What browsers loaded',
    `${Math.round(setting.byPage * 100)} % of the buyers came by the pages of the shop, and loaded ${size(bytes)} before and after reserve and purchase, in the order in which a browser does.`,
    `<div class="scroll"><table><thead><tr><th>Request</th><th>Requests</th><th>Unchanged (304)</th><th>50 %</th><th>95 %</th><th>Bytes</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`,
  );
}

function reasons({ refusals, outcomes, errors }: RehearsalResult): string {
  const refused = refusals.length === 0 ? '<p>Nobody was refused anything.</p>' : countBars(refusals, 'refusals');
  const broken =
    errors.length === 0
      ? ''
      : section('Errors', 'What went wrong between us and the server.', countBars(errors, 'refusals'));
  return `<div class="pair">${section('How visits ended', 'Buyers, a bot counting as one.', countBars(outcomes, 'purchases'))}${section(
    'Refusals by reason',
    `Answers that said no. Who waits for seats asks again and again.${addressHints({ refusals })
      .map((hint) => ` ${hint}`)
      .join('')}`,
    refused,
  )}</div>${broken}`;
}

function crowd({ behaviours: counts }: RehearsalResult): string {
  return section('Who came', 'Characters are drawn by the seed before the doors open.', countBars(counts, 'arrivals'));
}

function checks({ checks: all }: RehearsalResult): string {
  const rows = all.map(({ claim, count, examples }) => checkRow(count, claim, examples));
  return section(
    'What the crowd saw',
    'Checked from outside, against the answers that buyers got.',
    `<ul class="checks">${rows.join('')}</ul>`,
  );
}

function database({ verification }: RehearsalResult): string {
  if (verification === null) {
    return section(
      'What the database says',
      'It could not be reached from here. Run onsale verify beside the server.',
      '',
    );
  }
  const rows = (Object.keys(invariants) as Invariant[]).map((invariant) => {
    const findings = verification.findings.filter((finding) => finding.invariant === invariant);
    const count = findings.reduce((sum, finding) => sum + finding.count, 0);
    return checkRow(
      count,
      `${invariant}. ${invariants[invariant]}`,
      findings.flatMap(({ examples }) => examples),
    );
  });
  const { tickets, bookings, history } = verification.looked;
  const looked = `onsale verify: ${verification.findings.length} checks over ${number(tickets)} tickets, ${number(bookings)} bookings and ${number(history)} events of history.`;
  return section('What the database says', looked, `<ul class="checks">${rows.join('')}</ul>`);
}

function checkRow(count: number, claim: string, examples: readonly object[]): string {
  const word = count === 0 ? '<em>kept</em>' : `<em class="bad">broken</em>`;
  const codes = examples.slice(0, 5).map((example) => `<code>${escapeHtml(JSON.stringify(example))}</code>`);
  return `<li>${word}<span>${escapeHtml(claim)}${count > 0 ? ` (${number(count)})` : ''}${codes.join('')}</span></li>`;
}

function facts({ setting, show, ms, all, load }: RehearsalResult): string {
  const entries: [string, string][] = [
    ['Server', setting.server],
    ['Show', `${show.title} (event ${show.eventId})`],
    ['Arrival', `${setting.arrival} within ${setting.durationMs / 1000} s; everyone had left after ${clock(ms)}`],
    ['Hold time', `${setting.holdSeconds / 60} min`],
    ['Thinking', setting.speed === 1 ? 'as fast as people' : `${setting.speed} times faster than people`],
    ['Connections', `at most ${number(setting.connections)}`],
    ...(setting.viewers > 0
      ? ([
          ['Viewers', `${number(setting.viewers)}; ${number(setting.perSecond)} requests a second with the buyers'`],
        ] as [string, string][])
      : []),
    ['All requests', `${number(all.count)}, 95 % within ${duration(all.p95Ms)}; ${number(all.failed)} failed`],
    ['The crowd itself', `${load.cores.toFixed(2)} of a core, late by ${duration(load.lateP99Ms)} (99 %)`],
    ['Seed', `${setting.seed} (--seed repeats this crowd)`],
    ['Onsale', setting.version],
  ];
  const rows = entries.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  return section('How it was played', '', `<dl>${rows}</dl>`);
}

function section(title: string, words: string, content: string): string {
  return `<section><h2>${escapeHtml(title)}</h2>${words === '' ? '' : `<p>${escapeHtml(words)}</p>`}${content}</section>`;
}
