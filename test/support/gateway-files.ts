import type { RouteOptions } from 'fastify';
import { routesOf } from '../../src/compose/roles.ts';
import type { Slices } from '../../src/compose/slices.ts';
import { type ProblemCode, problemKind } from '../../src/contract/problems.ts';
import { readRoutes } from '../../src/edges/http/read-routes.ts';
import { everyRole, type ProcessRole } from '../../src/kernel/process-role.ts';

/** Whoever serves what no rule names: addresses of the shop, and whatever is unknown. */
export const usualRole: ProcessRole = 'api';
/** What a body may have where its route does not say more. */
export const usualBodyBytes = 65_536;

/** A path of the API with the role that serves it. */
export interface ServedPath {
  /** `/api/events/:eventId` */
  readonly url: string;
  readonly role: ProcessRole;
  /** The largest body that one of its methods takes. */
  readonly bodyBytes: number;
}

/** Every path that has a route, once. Fails where two roles have routes of one path: a gateway asks for paths. */
export async function readServedPaths(slices: Slices): Promise<ServedPath[]> {
  const paths = new Map<string, ServedPath>();
  for (const role of everyRole) {
    for (const { url, bodyLimit = usualBodyBytes } of (await readRoutes(routesOf(slices, [role]))) as RouteOptions[]) {
      const known = paths.get(patternOf(url));
      if (known && known.role !== role) throw new Error(`${url} is served by ${known.role} and by ${role}`);
      paths.set(patternOf(url), { url, role, bodyBytes: Math.max(known?.bodyBytes ?? 0, bodyLimit) });
    }
  }
  return [...paths.values()].sort((a, b) => (a.url < b.url ? -1 : 1));
}

/** A path with its parameters nameless, as two routes of one path agree on it. */
function patternOf(url: string): string {
  return url.replaceAll(/:\w+/g, ':');
}

/** What a segment may be, for a path in small letters. */
function segmentRule(segment: string): string {
  return segment
    .toLowerCase()
    .split(/(:\w+)/)
    .map((part, at) => (at % 2 === 1 ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
}

interface Branch {
  readonly below: Map<string, Branch>;
  role: ProcessRole | null;
}

/** Rules of `roles.map`, the first that fits counts: a regular expression of a path in small letters, and its role. */
export function roleRules(paths: readonly ServedPath[]): { readonly pattern: string; readonly role: ProcessRole }[] {
  const root: Branch = { below: new Map(), role: null };
  for (const { url, role } of paths) {
    let branch = root;
    for (const segment of url.split('/').slice(1)) {
      // What is open to its end is its beginning.
      if (segment === '*' || segment === '') continue;
      const rule = segmentRule(segment);
      if (!branch.below.has(rule)) branch.below.set(rule, { below: new Map(), role: null });
      branch = branch.below.get(rule)!;
    }
    branch.role = role;
  }
  const rules: { pattern: string; role: ProcessRole }[] = [];
  write(root, '', usualRole, false);
  return rules;

  /** Writes what differs from `around`, the role of everything about this branch; all of it where a rule nearby might take it. */
  function write(branch: Branch, path: string, around: ProcessRole, isContested: boolean): void {
    const here = path === '' ? around : roleAt(branch, path, around);
    const [open, literal] = [true, false].map((isOpen) =>
      [...branch.below].filter(([rule]) => rule.includes('[^/]+') === isOpen).sort(byName),
    ) as [Below[], Below[]];
    const hasOpenRules = open.some(([, below]) => rolesIn(below).some((role) => role !== here));
    for (const [rule, below] of literal) write(below, `${path}/${rule}`, here, hasOpenRules);
    for (const [rule, below] of open) write(below, `${path}/${rule}`, here, false);
    if (here !== around || isContested) rules.push({ pattern: `^${path}(/|$)`, role: here });
  }
}

type Below = [string, Branch];

/** The role of what no rule below a branch names: its own, or that of most below it; near the root what is unknown stays as it is. */
function roleAt(branch: Branch, path: string, around: ProcessRole): ProcessRole {
  const roles = rolesIn(branch);
  if (branch.role !== null || new Set(roles).size === 1) return branch.role ?? roles[0]!;
  if (path.split('/').length <= 2) return around;
  const count = (role: ProcessRole) => roles.filter((one) => one === role).length;
  return roles.reduce((most, role) => (count(role) > count(most) ? role : most));
}

function byName([a]: [string, Branch], [b]: [string, Branch]): number {
  return a < b ? -1 : 1;
}

function rolesIn(branch: Branch): ProcessRole[] {
  return [...(branch.role === null ? [] : [branch.role]), ...[...branch.below.values()].flatMap(rolesIn)];
}

/** Which role these rules send a path to. */
export function roleOfPath(rules: readonly { pattern: string; role: ProcessRole }[], path: string): ProcessRole {
  return rules.find(({ pattern }) => new RegExp(pattern).test(path.toLowerCase()))?.role ?? usualRole;
}

const madeBy = '# Made of the routes by `npm run gateway`.\n';

/** Answers of the gateway itself, by status. */
const errors: Readonly<Record<number, ProblemCode>> = {
  400: 'REQUEST_INVALID',
  404: 'NOT_FOUND',
  408: 'REQUEST_TOO_SLOW',
  413: 'BODY_TOO_LARGE',
  421: 'NOT_FOUND',
  429: 'RATE_LIMITED',
  500: 'INTERNAL',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/** Rules of `bodies.map`, the first that fits counts: what is not usual, after what would be taken for it. */
function bodyRules(paths: readonly ServedPath[]): string[] {
  const rules = paths.map(({ url, bodyBytes }) => ({
    pattern: `^${url.split('/').map(segmentRule).join('/')}/?$`,
    bodyBytes,
    example: url.toLowerCase().replaceAll(/:\w+/g, '0'),
    openCount: url.split(':').length - 1,
  }));
  const large = rules.filter(({ bodyBytes }) => bodyBytes > usualBodyBytes);
  return rules
    .filter(
      (rule) =>
        large.includes(rule) ||
        large.some(({ pattern, openCount }) => openCount > rule.openCount && new RegExp(pattern).test(rule.example)),
    )
    .sort((a, b) => a.openCount - b.openCount)
    .map(({ pattern, bodyBytes }) => `${pattern} ${bodyBytes}\n`);
}

/** How large a body may be by these rules. */
export function bodyRoomOf(paths: readonly ServedPath[], path: string): number {
  const rules = bodyRules(paths).map((line) => line.trim().split(' ') as [string, string]);
  return Number(rules.find(([pattern]) => new RegExp(pattern).test(path.toLowerCase()))?.[1] ?? usualBodyBytes);
}

/** The files of `deploy/gateway/` that follow the code, by name. */
export function gatewayFiles(paths: readonly ServedPath[]): Readonly<Record<string, string>> {
  const roles = roleRules(paths).map(({ pattern, role }) => `${pattern} ${role}\n`);
  const bodies = bodyRules(paths);
  const problems = Object.entries(errors).map(([status, code]) => [
    `errors/${status}.problem`,
    `${JSON.stringify(problemOf(Number(status), code))}\n`,
  ]);
  return {
    'roles.map': `${madeBy}# Which role serves a path: the first rule that fits counts, the rest is ${usualRole}'s.\n${roles.join('')}`,
    'bodies.map': `${madeBy}# Bytes that the body of a request may have, where that is more than ${usualBodyBytes}: the first rule that fits counts.\n${bodies.join('')}`,
    ...Object.fromEntries(problems),
  };
}

/** A problem as the gateway answers it: `traceId` is filled in by it. */
function problemOf(status: number, code: ProblemCode) {
  const { title } = problemKind(code);
  const type = `urn:onsale:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title, status, code, traceId: '%[var(txn.id)]' };
}
