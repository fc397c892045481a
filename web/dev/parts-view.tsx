import { Badge, type BadgeTone, Dot } from '../parts/badge/badge.tsx';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';

const tones: readonly BadgeTone[] = ['plain', 'ok', 'warn', 'no', 'info', 'volt', 'solid'];

/** Every part in each of its states, to look at: `/dev/parts`. */
export function PartsView() {
  return (
    <main className="page">
      <h1>Parts</h1>
      <p>
        <Button look="primary">Primary</Button> <Button>Second</Button> <Button look="quiet">Quiet</Button>{' '}
        <Button look="danger">Danger</Button> <Button disabled>Disabled</Button>{' '}
        <Button look="primary" working>
          Working
        </Button>
      </p>
      <p>
        {tones.map((tone) => (
          <Badge key={tone} tone={tone}>
            <Dot /> {tone}
          </Badge>
        ))}
      </p>
      {(['plain', 'ok', 'warn', 'no', 'info'] as const).map((tone) => (
        <Notice key={tone} tone={tone} title="What happened. No money has moved.">
          What now.
        </Notice>
      ))}
    </main>
  );
}
