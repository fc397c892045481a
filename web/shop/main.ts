import '../parts/styles/base.css';
import { followDeploys } from './follow-deploys.ts';
import { painted } from './painted.ts';

followDeploys();
const root = document.getElementById('app')!;
// What the server has begun is on screen before the app takes the processor.
if (root.firstChild) await painted();
await (await import('./app.tsx')).startApp(root);
