import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClass } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { Logo } from '../parts/logo/logo.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './pay-frame.module.css';

/** Header and main part of the checkout: nothing in it leads away but back to the seats, and home. Links load pages: only this one may do more. */
export function PayFrame({
  back,
  timer,
  children,
}: {
  readonly back?: { readonly href: string; readonly label: string } | undefined;
  readonly timer?: ReactNode;
  readonly children: ReactNode;
}) {
  const texts = textsOf('pay');
  const { skip } = textsOf('shop');
  return (
    <>
      <a className={styles.skip} href="#main">
        {skip}
      </a>
      <header className={styles.top}>
        <div className={classes('page', styles.bar)}>
          <div>
            {back && (
              <a className={buttonClass({ look: 'quiet', size: 'small' }, styles.back)} href={back.href}>
                <ChevronLeft size={18} aria-hidden="true" />
                <span>{back.label}</span>
              </a>
            )}
          </div>
          <div className={styles.timer}>{timer}</div>
          <a className={styles.logo} href={paths.home()} aria-label={texts.home}>
            <Logo />
            <span>Onsale</span>
          </a>
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </>
  );
}
