import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  CountBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import type { Clock } from '../clock/clock.ts';
import { Unavailable } from '../postgres/database.ts';

/** Another company's service cannot be asked now. `wasSent`: the call may have reached it and may have been carried out. */
export class OutsideUnavailable extends Unavailable {
  readonly wasSent: boolean;
  constructor(message: string, options: { readonly wasSent: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.wasSent = options.wasSent;
  }
}

export type CircuitWord = 'closed' | 'half-open' | 'open';

export interface OutsideCallSettings {
  /** One attempt. */
  readonly timeoutMs: number;
  /** Attempts after the first, with growing pauses and jitter. What timed out is not tried again: the caller waits already. */
  readonly retriesMax: number;
  readonly retryPauseMs: number;
  /** Of the last `sampleCount` attempts, this share may fail before the circuit opens. */
  readonly failureShareMax: number;
  readonly sampleCount: number;
  readonly openMs: number;
  readonly atOnceMax: number;
  readonly waitingMax: number;
}

/** A hundred cards at once, ten seconds at most for one of them, and no fresh callers for ten seconds once half of twenty failed. */
const outsideCallDefaults: OutsideCallSettings = {
  timeoutMs: 8_000,
  retriesMax: 2,
  retryPauseMs: 100,
  failureShareMax: 0.5,
  sampleCount: 20,
  openMs: 10_000,
  atOnceMax: 100,
  waitingMax: 200,
};

/** Retries may add this much to the calls, and this many are allowed at once out of the blue. */
const retryShare = 0.2;
const retryBudgetMax = 10;

export interface OutsideCall {
  /**
   * Runs `work` behind bulkhead, retry with jitter and budget, circuit breaker and timeout. Only {@link OutsideUnavailable}
   * counts as a fault of the service; whatever else `work` throws is its answer. Throws {@link OutsideUnavailable} when it
   * failed, took too long, or was not even tried.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** True while calls are refused untried. Lets one through when the circuit may be tried again. */
  isDown(): boolean;
}

/** A guarded way to one outside service. Each service has its own, so that one that hangs does not hold up another. */
export function createOutsideCall(parts: {
  readonly name: string;
  readonly clock: Pick<Clock, 'measure'>;
  readonly settings?: Partial<OutsideCallSettings> | undefined;
  readonly onState?: (state: CircuitWord) => void;
  readonly onCall?: (outcome: 'answered' | 'failed' | 'retried' | 'refused', seconds: number) => void;
}): OutsideCall {
  const { name, clock, onState, onCall } = parts;
  const settings = { ...outsideCallDefaults, ...parts.settings };
  let budget = retryBudgetMax;
  let openedAt = 0;

  const isFault = (error: unknown) => error instanceof OutsideUnavailable || error instanceof TaskCancelledError;
  const mayRetry = (error: unknown) => {
    if (!(error instanceof OutsideUnavailable) || budget < 1) return false;
    budget -= 1;
    onCall?.('retried', 0);
    return true;
  };
  const breaker = circuitBreaker(handleWhen(isFault), {
    // It would count by a clock that may be set back, and stay open until that has caught up: `isOpen` says when it may be tried.
    halfOpenAfter: Number.NEGATIVE_INFINITY,
    breaker: new CountBreaker({ threshold: settings.failureShareMax, size: settings.sampleCount }),
  });
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) openedAt = clock.measure();
    onState?.(state === CircuitState.Open ? 'open' : state === CircuitState.HalfOpen ? 'half-open' : 'closed');
  });
  const isOpen = () => breaker.state === CircuitState.Open && clock.measure() - openedAt < settings.openMs;
  const asking = wrap(
    bulkhead(settings.atOnceMax, settings.waitingMax),
    retry(handleWhen(mayRetry), {
      maxAttempts: settings.retriesMax,
      backoff: new ExponentialBackoff({ initialDelay: settings.retryPauseMs, maxDelay: settings.retryPauseMs * 10 }),
    }),
  );
  const trying = wrap(breaker, timeout(settings.timeoutMs, TimeoutStrategy.Aggressive));

  /** `wasSent`: an earlier attempt of the same call may have arrived. */
  function toUnavailable(error: unknown, wasSent: boolean): unknown {
    if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) {
      return new OutsideUnavailable(`${name} is not asked now`, { wasSent, cause: error });
    }
    if (error instanceof TaskCancelledError) {
      return new OutsideUnavailable(`${name} took too long`, { wasSent: true, cause: error });
    }
    if (error instanceof OutsideUnavailable && wasSent && !error.wasSent) {
      return new OutsideUnavailable(error.message, { wasSent, cause: error });
    }
    return error;
  }

  return {
    async run(work) {
      budget = Math.min(retryBudgetMax, budget + retryShare);
      const startedAt = clock.measure();
      const seconds = () => (clock.measure() - startedAt) / 1000;
      let wasSent = false;
      const attempt = async (signal: AbortSignal) => {
        try {
          return await work(signal);
        } catch (error) {
          wasSent ||= error instanceof OutsideUnavailable && error.wasSent;
          throw error;
        }
      };
      try {
        const result = await asking.execute(() => {
          if (isOpen()) throw new BrokenCircuitError();
          return trying.execute(({ signal }) => attempt(signal));
        });
        onCall?.('answered', seconds());
        return result;
      } catch (error) {
        const isRefused = error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError;
        onCall?.(isRefused ? 'refused' : isFault(error) ? 'failed' : 'answered', seconds());
        throw toUnavailable(error, wasSent);
      }
    },
    isDown: isOpen,
  };
}
