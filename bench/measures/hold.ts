import { alternate } from '../alternate.ts';
import { cpu, type Measure, percent, perSecond } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { postHead, postRequest } from '../load/request.ts';
import { reserveRequest, settle } from '../product/buyers.ts';
import { createShow } from '../product/shows.ts';
import { startServer } from '../servers/child.ts';
import { warmupMs } from './purchase.ts';

const ratioMust = 0.3;
/** The engine compiles what is hot in stages: here a hold costs half again as much CPU before its 40,000th time. */
const warmCount = 40_000;
let expectedPerSecond = 8_000;

export const echoRequest = postRequest(postHead('/echo'), '{"eventId":1,"ticketTypeId":1,"quantity":1}');

export const hold: Measure = {
  key: 'hold',
  about: 'holds over HTTP against a bare Fastify echo with the same schema',
  async run(bench) {
    const product = await bench.product();
    const echo = await startServer('bare-echo', {});
    bench.atEnd(echo.stop);
    const timing = { connections: 64, warmupMs, measureMs: bench.seconds * 1000 };
    const holds: LoadResult[] = [];
    const echoes: LoadResult[] = [];
    const warmUp = async (port: number, request: string) => {
      let left = warmCount;
      await runLoad({ port, connections: 64, next: () => (left-- > 0 ? request : undefined) });
    };
    await warmUp(echo.port, echoRequest);
    await warmUp(product.port, reserveRequest(await createShow(product, warmCount)));
    const comparison = await alternate(
      bench.rounds,
      async () => {
        const show = await createShow(product, Math.ceil(expectedPerSecond * 1.5 * (bench.seconds + 2)));
        await settle(product);
        const request = reserveRequest(show);
        const result = await runLoad({ port: product.port, servers: [product.pid], ...timing, next: () => request });
        expectedPerSecond = Math.max(2_000, result.perSecond);
        holds.push(result);
        bench.say(
          `holds: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, ${JSON.stringify(result.statuses)}`,
        );
        await product.call('DELETE', `/api/events/${show.eventId}`);
        await settle(product);
        return result.perSecond;
      },
      async () => {
        const result = await runLoad({ port: echo.port, servers: [echo.pid], ...timing, next: () => echoRequest });
        echoes.push(result);
        bench.say(`echo: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}`);
        return result.perSecond;
      },
    );
    return [
      {
        what: 'hold over HTTP, 64 connections',
        goal: `≥ ${percent(ratioMust)} of a bare Fastify echo (stretch 40 %)`,
        measured: `${perSecond(comparison.product)} against ${perSecond(comparison.reference)}`,
        ratio: comparison.ratio,
        met: comparison.ratio >= ratioMust,
        details: { comparison, holds, echoes },
      },
    ];
  },
};
