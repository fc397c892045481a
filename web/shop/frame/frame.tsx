import { Moon, Search, Sun, Ticket, User } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useSignedIn } from '../../api/session.ts';
import { Button, LinkButton } from '../../parts/button/button.tsx';
import { Logo } from '../../parts/logo/logo.tsx';
import { chooseLanguage } from '../../texts/language.ts';
import { language, textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './frame.module.css';

/**
 * Header, main part and footer of every view that wears them. `search` stands in the header in place of the search for shows; null: nothing does. The focus moves to
 * the main part with each navigation.
 */
export function Frame({ children, search }: { readonly children: ReactNode; readonly search?: ReactNode }) {
  const texts = textsOf('shop');
  const isSignedIn = useSignedIn();
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const before = useRef(location);
  useEffect(() => {
    if (before.current === location) return;
    before.current = location;
    main.current?.focus({ preventScroll: true });
  }, [location]);
  return (
    <>
      <a className={styles.skip} href="#main">
        {texts.skip}
      </a>
      <header className={styles.top}>
        <div className={`page ${styles.bar}`}>
          <Link href={paths.home()} className={styles.logo} aria-label={texts.home}>
            <Logo />
            <span>Onsale</span>
          </Link>
          <div className={styles.grow}>{search === undefined ? <HeaderSearch /> : search}</div>
          <nav className={styles.nav}>
            <span className="only-desk">
              <Link href="/?near=me">{texts.nearMe}</Link>
            </span>
            <span className="only-desk">
              <Link href={paths.tickets}>{texts.myTickets}</Link>
            </span>
            <ThemeButton />
            <span className="only-phone">
              <LinkButton href={paths.tickets} look="quiet" size="small" square label={texts.myTickets}>
                <Ticket size={20} aria-hidden="true" />
              </LinkButton>
            </span>
            <span className="only-phone">
              <LinkButton
                href={isSignedIn ? paths.account : paths.signIn}
                look="quiet"
                size="small"
                square
                label={isSignedIn ? texts.account : texts.signIn}
              >
                <User size={20} aria-hidden="true" />
              </LinkButton>
            </span>
            <span className="only-desk">
              <LinkButton href={isSignedIn ? paths.account : paths.signIn} size="small">
                {isSignedIn ? texts.account : texts.signIn}
              </LinkButton>
            </span>
          </nav>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        {children}
      </main>
      <footer className={styles.foot}>
        <div className={`page ${styles.footRow}`}>
          <span>{texts.footer}</span>
          <span className={styles.grow} />
          <a href="/docs">{texts.apiDocs}</a>
          {(['en', 'de'] as const)
            .filter((one) => one !== language)
            .map((one) => (
              <button key={one} type="button" lang={one} onClick={() => chooseLanguage(one)}>
                {texts.languages[one]}
              </button>
            ))}
        </div>
      </footer>
    </>
  );
}

/** Looks for shows from anywhere. */
function HeaderSearch() {
  const { searchShows } = textsOf('shop');
  const [, go] = useLocation();
  const [term, setTerm] = useState('');
  return (
    <search className="only-desk">
      <form
        className={styles.search}
        action="/"
        onSubmit={(event) => {
          event.preventDefault();
          go(paths.home(new URLSearchParams({ q: term.trim() })));
        }}
      >
        <Search size={18} aria-hidden="true" />
        <input
          type="search"
          name="q"
          value={term}
          maxLength={200}
          aria-label={searchShows}
          placeholder={searchShows}
          onChange={(event) => setTerm(event.target.value)}
        />
      </form>
    </search>
  );
}

/** Light or dark, kept for the next visit. */
function ThemeButton() {
  const texts = textsOf('shop');
  const [isDark, setDark] = useState(isDarkNow);
  const Icon = isDark ? Sun : Moon;
  return (
    <Button
      look="quiet"
      size="small"
      square
      aria-label={isDark ? texts.toLight : texts.toDark}
      onClick={() => {
        const theme = isDark ? 'light' : 'dark';
        document.documentElement.dataset.theme = theme;
        try {
          localStorage.setItem('onsale.theme', theme);
        } catch {
          // Then it holds for this page.
        }
        setDark(!isDark);
      }}
    >
      <Icon size={18} aria-hidden="true" />
    </Button>
  );
}

function isDarkNow(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

/** Says in the window's title what is seen. */
export function useTitle(view: string | undefined): void {
  useEffect(() => {
    if (view) document.title = textsOf('shop').titleOf(view);
  }, [view]);
}
