import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Calls an exported function with one argument in a process of its own and answers what it returns (both as JSON). */
export async function callInOwnProcess<T>(module: URL, name: string, argument?: object): Promise<T> {
  const passed = argument === undefined ? '' : JSON.stringify(argument);
  const code = `import(${JSON.stringify(module.href)}).then(async (m) => process.stdout.write('\\n' + JSON.stringify(await m.${name}(${passed}))))`;
  const flags = ['--disable-warning=ExperimentalWarning', '--expose-gc', '--input-type=module', '-e', code];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))) as T;
}
