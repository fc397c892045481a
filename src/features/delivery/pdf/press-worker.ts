import { parentPort } from 'node:worker_threads';
import { drawPicture } from '../picture/draw-picture.ts';
import { drawTickets } from './draw-tickets.ts';
import type { PressJob } from './press.ts';

parentPort!.on('message', async (job: PressJob) => {
  try {
    parentPort!.postMessage({ printed: 'order' in job ? await drawTickets(job.order) : drawPicture(job.poster) });
  } catch (error) {
    parentPort!.postMessage({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
