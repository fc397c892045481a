import { CalendarPlus, Check, Share } from 'lucide-react';
import { useState } from 'react';
import type { EventBody } from '../../../src/contract/catalog.ts';
import { showSlug } from '../../../src/kernel/slug.ts';
import { Button, buttonClass } from '../../parts/button/button.tsx';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './event.module.css';

/** What one may want to do with a show beside going there. */
export function Acts({ event }: { readonly event: EventBody }) {
  const texts = textsOf('event');
  const [isCopied, setCopied] = useState(false);
  const Icon = isCopied ? Check : Share;
  return (
    <div className={styles.acts}>
      <Button size="small" onClick={() => void share()}>
        <Icon aria-hidden="true" />
        <span role="status">{isCopied ? texts.copied : texts.share}</span>
      </Button>
      <a className={buttonClass({ size: 'small' })} href={paths.calendar(event.eventId)} download>
        <CalendarPlus aria-hidden="true" />
        {texts.toCalendar}
      </a>
    </div>
  );

  async function share(): Promise<void> {
    const url = new URL(paths.event(event.eventId, showSlug(event.title)), location.origin).href;
    try {
      if (navigator.share) return await navigator.share({ title: event.title, url });
      await navigator.clipboard.writeText(url);
      setCopied(true);
      setTimeout(() => setCopied(false), 2_000);
    } catch {
      // Not wanted after all, or not allowed: the address bar has it too.
    }
  }
}
