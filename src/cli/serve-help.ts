import { flagOf, schema, settingNames } from '../config.ts';

/** What `onsale serve --help` prints: every setting with its flag and its default. */
export function serveHelp(): string {
  const lines = settingNames.map((name) => {
    const setting = schema[name];
    const flag = 'onOff' in setting ? `${flagOf(name)}, --no-${flagOf(name).slice(2)}` : `${flagOf(name)} …`;
    const fallback = setting.fallback === undefined ? '' : ` (${setting.fallback})`;
    return `  ${flag.padEnd(21)} ${setting.env}${fallback}\n      ${setting.about.replaceAll('`', '')}`;
  });
  return `onsale serve [FLAG…]

Starts the server. Each setting is an environment variable and a flag; the flag wins. Defaults in parentheses.
NAME_FILE names a file that holds the value of NAME, for secrets that are mounted.

${lines.join('\n')}

Ctrl-C or SIGTERM finishes running requests, stops PostgreSQL and exits with 0; a second Ctrl-C does not wait.
Exit codes: 1 cannot start or go on, 2 bad settings.
`;
}
