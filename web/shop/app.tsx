import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueries } from '../api/queries.ts';
import { onSessionChange, startSession } from '../api/session.ts';
import { loadTexts } from '../texts/texts.ts';
import { Crash } from './crash.tsx';
import { loadViewAt, Routes } from './routes.tsx';

/**
 * Takes over from what the server has begun, which stays on screen until the same can be drawn. A function, not what the file does when
 * it loads: views import what lies in one chunk with it, and would wait for it while it waits for them.
 */
export async function startApp(root: HTMLElement): Promise<void> {
  startSession();
  const queries = createQueries();
  await Promise.all([loadTexts('shop', 'problems'), loadViewAt(location.pathname, queries)]);
  // What somebody has read is not for whoever comes after.
  onSessionChange(() => void queries.resetQueries());
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Crash>
          <Suspense>
            <Routes />
          </Suspense>
        </Crash>
      </QueryClientProvider>
    </StrictMode>,
  );
}
