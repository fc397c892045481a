import { flagOf, type SettingName, schema, settingNames } from '../config.ts';

export interface SettingFlags {
  readonly flags: Partial<Record<SettingName, string>>;
  /** The arguments that are no setting, in their order. */
  readonly rest: string[];
  /** Sentences about flags without a value. */
  readonly faults: string[];
}

const byFlag = new Map(settingNames.map((name) => [flagOf(name), name]));

/**
 * Takes the flags that are settings (`--port 3001`, `--port=3001`, `--no-demo`) out of a command line. A flag that is
 * set twice counts as it was set last. What follows `--` is left alone.
 */
export function takeSettingFlags(args: readonly string[]): SettingFlags {
  const flags: Partial<Record<SettingName, string>> = {};
  const rest: string[] = [];
  const faults: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      rest.push(...args.slice(i));
      break;
    }
    const [flag = '', ...values] = arg.split('=');
    const negated = flag.startsWith('--no-') ? byFlag.get(`--${flag.slice(5)}`) : undefined;
    const name = byFlag.get(flag);
    if (negated && isSwitch(negated)) {
      if (values.length > 0) faults.push(`${flag} takes no value.`);
      flags[negated] = 'false';
    } else if (!name) {
      rest.push(arg);
    } else if (values.length > 0) {
      flags[name] = values.join('=');
    } else if (isSwitch(name)) {
      flags[name] = 'true';
    } else if (i + 1 === args.length || args[i + 1]!.startsWith('--')) {
      faults.push(`${flag} needs a value.`);
    } else {
      flags[name] = args[++i]!;
    }
  }
  return { flags, rest, faults };
}

function isSwitch(name: SettingName): boolean {
  return 'onOff' in schema[name];
}
