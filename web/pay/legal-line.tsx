import { useState } from 'react';
import type { PurchaseRequest } from '../../src/contract/booking.ts';
import type { EventBody } from '../../src/contract/catalog.ts';
import type { LegalTextAnswer } from '../../src/contract/legal.ts';
import { useApi } from '../api/queries.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { language, textsOf } from '../texts/texts.ts';
import styles from './legal-line.module.css';

export interface Legal {
  readonly terms: LegalTextAnswer | undefined;
  readonly privacy: LegalTextAnswer | undefined;
  /** The versions that the buyer agrees to by paying; undefined: the organiser has published none. */
  readonly consent: PurchaseRequest['consent'];
}

/** The organiser's terms and privacy page as they are now, in the language of the page where there is one. */
export function useLegal(event: EventBody | undefined): Legal {
  const spoken = language === 'de' ? 'de' : 'en';
  const path = event && `/api/organizers/${encodeURIComponent(event.organizer.slug)}/legal`;
  const { data } = useApi<{ readonly items: readonly LegalTextAnswer[] }>(path ?? null);
  const find = (kind: string) => {
    const all = data?.items.filter((item) => item.kind === kind) ?? [];
    return all.find((item) => item.language === spoken) ?? all[0];
  };
  const [terms, privacy] = [find('terms'), find('privacy')];
  const consent = { ...(terms && { terms: terms.version }), ...(privacy && { privacy: privacy.version }) };
  return { terms, privacy, consent: terms || privacy ? consent : undefined };
}

/** What one agrees to by paying, with the texts to read. */
export function LegalLine({ legal: { terms, privacy } }: { readonly legal: Legal }) {
  const texts = textsOf('pay').pay;
  const [shown, show] = useState<LegalTextAnswer | null>(null);
  if (!terms && !privacy) return texts.terms;
  const link = (text: LegalTextAnswer, words: string) => (
    <button type="button" className={styles.link} onClick={() => show(text)}>
      {words}
    </button>
  );
  return (
    <>
      {texts.accept.before} {terms ? link(terms, texts.accept.terms) : texts.accept.terms}
      {privacy && (
        <>
          {' '}
          {texts.accept.and} {link(privacy, texts.accept.privacy)}
        </>
      )}
      {texts.accept.after}
      {shown && (
        <Dialog
          title={shown.kind === 'terms' ? texts.legalTitles.terms : texts.legalTitles.privacy}
          onClose={() => show(null)}
          actions={<Button onClick={() => show(null)}>{texts.close}</Button>}
        >
          <div className={styles.text} lang={shown.language}>
            {shown.text.split(/\n\s*\n/).map((paragraph, i) => (
              <p key={i}>{paragraph}</p>
            ))}
          </div>
        </Dialog>
      )}
    </>
  );
}
