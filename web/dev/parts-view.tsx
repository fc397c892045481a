import { CalendarPlus, Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Badge, type BadgeTone, Dot } from '../parts/badge/badge.tsx';
import { Button, type ButtonLook, LinkButton } from '../parts/button/button.tsx';
import { Chip, Chips } from '../parts/chip/chip.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Field } from '../parts/field/field.tsx';
import { Logo } from '../parts/logo/logo.tsx';
import { Notice, type NoticeTone } from '../parts/notice/notice.tsx';
import { Poster } from '../parts/poster/poster.tsx';
import { Qr } from '../parts/qr/qr.tsx';
import { Segmented } from '../parts/segmented/segmented.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Stepper } from '../parts/stepper/stepper.tsx';
import styles from './parts-view.module.css';

/** All values of a state: one that is added to a part does not compile until it is shown here. */
const all = <Value extends string>(values: Readonly<Record<Value, true>>) => Object.keys(values) as Value[];

const badgeTones = all<BadgeTone>({ plain: true, ok: true, warn: true, no: true, info: true, volt: true, solid: true });
const noticeTones = all<NoticeTone>({ plain: true, ok: true, warn: true, no: true, info: true });
const looks = all<NonNullable<ButtonLook['look']>>({ primary: true, second: true, quiet: true, danger: true });
const showTypes = [
  'MusicEvent',
  'TheaterEvent',
  'DanceEvent',
  'ComedyEvent',
  'SportsEvent',
  'Festival',
  'ChildrensEvent',
];

const Row = ({ children }: { readonly children: ReactNode }) => <div className={styles.row}>{children}</div>;

const nothing = () => {};

/** By the folder of the part: `test/architecture/parts.test.ts` wants every one of them. */
const parts: Readonly<Record<string, () => ReactNode>> = {
  logo: () => (
    <span className={styles.mark}>
      <Logo />
    </span>
  ),
  button: () => (
    <>
      {looks.map((look) => (
        <Row key={look}>
          <Button look={look}>{look}</Button>
          <Button look={look} size="small">
            small
          </Button>
          <Button look={look} disabled>
            disabled
          </Button>
          <Button look={look} working>
            working…
          </Button>
          <Button look={look} square aria-label="Search">
            <Search aria-hidden="true" />
          </Button>
          <LinkButton look={look} href="/dev/parts">
            a link
          </LinkButton>
          <LinkButton look={look} square href="/dev/parts" label="To the calendar">
            <CalendarPlus aria-hidden="true" />
          </LinkButton>
        </Row>
      ))}
      <Button look="primary" wide>
        as wide as its parent
      </Button>
    </>
  ),
  badge: () => (
    <Row>
      {badgeTones.map((tone) => (
        <Badge key={tone} tone={tone}>
          <Dot /> {tone}
        </Badge>
      ))}
      <Badge>without a mark</Badge>
    </Row>
  ),
  notice: () => (
    <>
      {noticeTones.map((tone) => (
        <Notice key={tone} tone={tone} title={`${tone}: what happened. No money has moved.`}>
          What now.
        </Notice>
      ))}
      <Notice
        tone="no"
        title="With ways on"
        actions={
          <>
            <Button size="small">Try again</Button>
            <Button size="small" look="quiet">
              Leave it
            </Button>
          </>
        }
      />
    </>
  ),
  field: () => (
    <div className={styles.grid}>
      <Field label="Empty" placeholder="ana@example.com" />
      <Field label="Filled" defaultValue="ana@example.com" />
      <Field label="With a hint" hint="As it stands on the ticket." />
      <Field label="Required" required />
      <Field label="Disabled" defaultValue="stands" disabled />
      <Field label="Wrong" defaultValue="ana@example" error={{ sentence: 'This is not a whole mail address.' }} />
      <Field
        label="Wrong, with a repair"
        hint="Hints stay beside errors."
        defaultValue="ana@gmial.com"
        error={{ sentence: 'There is no gmial.com.', repair: { label: 'Use gmail.com', apply: nothing } }}
      />
    </div>
  ),
  chip: () => (
    <Chips label="Filters">
      <Chip pressed={false}>off</Chip>
      <Chip pressed>on</Chip>
      <Chip pressed={false} disabled>
        disabled
      </Chip>
    </Chips>
  ),
  segmented: () => <SegmentedShown />,
  stepper: () => (
    <Row>
      <StepperShown label="At the least" begin={0} />
      <StepperShown label="Between" begin={2} />
      <StepperShown label="At the most" begin={6} />
    </Row>
  ),
  skeleton: () => (
    <Row>
      <Skeleton className={styles.picture!} />
      <Skeleton className={styles.line!} />
    </Row>
  ),
  dialog: () => <DialogShown />,
  qr: () => <Qr className={styles.code} text="ONSALE-A-CODE-TO-LOOK-AT" label="A code to scan" />,
  poster: () => (
    <>
      <div className={styles.grid}>
        {showTypes.map((type) => (
          <Poster key={type} title={`A show of the type ${type}`} type={type} note="Sat 16 Jan 2027 · Riverside Hall" />
        ))}
        <Poster title="ליל הפסנתר" type="MusicEvent" note="Sat 16 Jan 2027" />
        <Poster title="歌舞伎" type="TheaterEvent" />
        <Poster title="" type="Festival" />
      </div>
      <div className={styles.grid}>
        <Poster
          className={styles.wide}
          form="wide"
          title="A wide one"
          type="MusicEvent"
          note="Words left, drawing right"
        />
        <Poster
          className={styles.wide}
          form="wide"
          title="Another look"
          look={1}
          type="MusicEvent"
          note="Its number: 1"
        />
        <Poster className={styles.small} form="plain" title="Without words" type="MusicEvent" />
      </div>
    </>
  ),
};

function SegmentedShown() {
  const [value, setValue] = useState('map');
  const options = [
    { value: 'map', label: 'Map' },
    { value: 'list', label: 'List' },
  ];
  return <Segmented label="View" value={value} options={options} onChange={setValue} />;
}

function StepperShown({ label, begin }: { readonly label: string; readonly begin: number }) {
  const [value, setValue] = useState(begin);
  return (
    <Stepper
      label={label}
      value={value}
      max={6}
      fewer={`${label}: one less`}
      more={`${label}: one more`}
      onChange={setValue}
    />
  );
}

function DialogShown() {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Row>
      <Button onClick={() => setOpen(true)}>Open it</Button>
      {isOpen && (
        <Dialog
          title="Give back two tickets?"
          onClose={close}
          actions={
            <>
              <Button look="quiet" onClick={close}>
                Keep them
              </Button>
              <Button look="danger" onClick={close}>
                Give back €40.40
              </Button>
            </>
          }
        >
          <p>It cannot be taken back.</p>
        </Dialog>
      )}
    </Row>
  );
}

/** Every part in each of its states, to look at: `/dev/parts`. */
export function PartsView() {
  return (
    <main className={`page ${styles.page}`}>
      <h1>Parts</h1>
      {Object.entries(parts).map(([name, Shown]) => (
        <section key={name} className={styles.part} aria-labelledby={name}>
          <h2 id={name} className={styles.name}>
            {name}
          </h2>
          <Shown />
        </section>
      ))}
    </main>
  );
}
