import { useEffect, useState } from 'react';
import type { UnlockedTypesAnswer } from '../../../src/contract/catalog.ts';
import { askApi } from '../../api/client.ts';
import { forgetCodes, type KeptCode, keepCode, keptCodes } from '../../api/kept-code.ts';
import { ApiProblem } from '../../api/problem.ts';

export type CodeFault = 'unknown' | 'tooMany' | 'failed';

/** A promo or presale code of a show: what it unlocks, and that it goes along to where tickets are held. */
export interface ShowCode {
  readonly code: string | null;
  /** What it is good for, hidden types too; null: there is no code. */
  readonly unlocked: UnlockedTypesAnswer | null;
  readonly isAsking: boolean;
  readonly fault: CodeFault | null;
  use(code: string): Promise<void>;
  drop(): void;
}

export function useCode(eventId: number): ShowCode {
  const [code, setCode] = useState<string | null>(null);
  const [unlocked, setUnlocked] = useState<UnlockedTypesAnswer | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [fault, setFault] = useState<CodeFault | null>(null);

  async function use(asked: string): Promise<void> {
    setAsking(true);
    setFault(null);
    try {
      const answer = await askApi<UnlockedTypesAnswer>(`/api/events/${eventId}/unlock`, {
        method: 'POST',
        body: { code: asked },
      });
      setCode(asked);
      setUnlocked(answer);
      const ticketTypeIds = answer.items.map(({ ticketTypeId }) => ticketTypeId);
      keepCode(eventId, { kind: answer.kind, code: asked, ticketTypeIds });
    } catch (error) {
      const said = error instanceof ApiProblem ? error.code : null;
      if (said === 'TOO_MANY_GUESSES' || said === 'RATE_LIMITED') setFault('tooMany');
      else setFault(said === null || said === 'INTERNAL' ? 'failed' : 'unknown');
      if (said === 'PROMO_CODE_UNKNOWN') forgetCodes(eventId);
    } finally {
      setAsking(false);
    }
  }

  function drop(): void {
    forgetCodes(eventId);
    setCode(null);
    setUnlocked(null);
    setFault(null);
  }

  // Whoever comes back has the code still; a link of a mail may bring one along.
  useEffect(() => {
    const brought = new URLSearchParams(location.search).get('code') ?? shownOf(keptCodes(eventId));
    if (brought) void use(brought.slice(0, 100));
  }, [eventId]);

  return { code, unlocked, isAsking, fault, use, drop };
}

/** Of several codes the one that opens something. */
function shownOf(codes: readonly KeptCode[]): string | undefined {
  return (codes.find(({ kind }) => kind === 'access') ?? codes[0])?.code;
}
