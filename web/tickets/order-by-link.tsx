import { Frame } from '../shop/frame/frame.tsx';
import { textsOf } from '../texts/texts.ts';
import { FindOrder } from './find-order.tsx';
import { Order } from './order.tsx';
import styles from './tickets.module.css';

/** The order that the link of a mail opens, for whoever has the link. */
export function OrderByLink({ token }: { readonly token: string }) {
  const texts = textsOf('tickets');
  return (
    <Frame>
      <div className={`page ${styles.single}`}>
        <Order source={{ token }} isPage ifUnknown={<FindOrder />} />
        <p className={`small faint ${styles.keep}`}>{texts.keepLink}</p>
      </div>
    </Frame>
  );
}
