import type { Acquisition } from '../suites/acquisition.js';
import { COLUMNS, type Column } from '../suites/cached-tokens.js';
import { figure } from './figures.js';

const WIDTH = 760;
const HEIGHT = 460;
const FRAME = { left: 90, right: 30, top: 70, bottom: 60 };

const LINES: readonly { column: Column; color: string }[] = [
  { column: 'byHand', color: '#c2410c' },
  { column: 'downstreamScopes', color: '#0e7490' },
  { column: 'onDemand', color: '#1d4ed8' },
];
const BARE_COLOR = '#6b7280';

interface Point {
  readonly users: number;
  readonly cpu: number;
}

/** CPU of a whole request against the number of users with a cached token, on Fastify; both axes logarithmic. SVG. */
export function plot({ cachedTokens: { rows } }: Acquisition): string {
  const pointsOf = (column: Column): Point[] =>
    rows
      .filter((row) => row.adapter === 'fastify' && row.column === column)
      .map(({ users, cpu }) => ({ users, cpu: cpu.median }))
      .sort((a, b) => a.users - b.users);
  const lines = LINES.map((line) => ({ ...line, points: pointsOf(line.column) }));
  const bare = pointsOf('bare')[0]?.cpu ?? 1;
  const all = lines.flatMap(({ points }) => points);
  const maxUsers = Math.max(10, ...all.map(({ users }) => users));
  const [low, high] = [
    Math.floor(Math.log10(Math.min(bare, ...all.map(({ cpu }) => cpu)))),
    Math.ceil(Math.log10(Math.max(...all.map(({ cpu }) => cpu)))),
  ];
  const x = (users: number) =>
    FRAME.left + (Math.log10(users) / Math.log10(maxUsers)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (cpu: number) =>
    HEIGHT - FRAME.bottom - ((Math.log10(cpu) - low) / (high - low)) * (HEIGHT - FRAME.top - FRAME.bottom);
  const parts = [
    ...decades(low, high).map((cpu) => horizontal(y(cpu), `${figure(cpu)} µs`)),
    ...decades(0, Math.floor(Math.log10(maxUsers))).map((users) => vertical(x(users), figure(users))),
    text(WIDTH / 2, HEIGHT - 16, 'users with a cached downstream token', 'middle'),
    text(FRAME.left, 28, 'CPU of a request on Nest + Fastify', 'start', '#111827', 16),
    `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${at(y(bare))}" y2="${at(y(bare))}" stroke="${BARE_COLOR}" stroke-width="2" stroke-dasharray="6 5"/>`,
    ...lines.map(({ points, color }) =>
      curve(
        points.map(({ users, cpu }) => [x(users), y(cpu)]),
        color,
      ),
    ),
    ...legend(),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" role="img" aria-label="CPU of a request against the number of users">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}

function decades(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, step) => 10 ** (from + step));
}

function horizontal(y: number, label: string): string {
  const line = `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${at(y)}" y2="${at(y)}" stroke="#e5e7eb"/>`;
  return line + text(FRAME.left - 10, y + 4, label, 'end');
}

function vertical(x: number, label: string): string {
  const bottom = HEIGHT - FRAME.bottom;
  const line = `<line x1="${at(x)}" x2="${at(x)}" y1="${FRAME.top}" y2="${bottom}" stroke="#e5e7eb"/>`;
  return line + text(x, bottom + 20, label, 'middle');
}

function curve(points: readonly (readonly [x: number, y: number])[], color: string): string {
  const path = points.map(([x, y]) => `${at(x)},${at(y)}`).join(' ');
  const dots = points.map(([x, y]) => `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="${color}"/>`);
  return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2.5"/>${dots.join('')}`;
}

function legend(): string[] {
  const entries = [
    ...LINES.map(({ column, color }) => ({ label: COLUMNS[column], color })),
    { label: COLUMNS.bare, color: BARE_COLOR },
  ];
  return entries.map(({ label, color }, place) => {
    const x = FRAME.left + [0, 80, 330, 520][place]!;
    return `<rect x="${x}" y="44" width="14" height="4" fill="${color}"/>${text(x + 20, 50, label, 'start')}`;
  });
}

function text(x: number, y: number, words: string, anchor: string, color = '#374151', size = 12): string {
  return `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${color}" font-size="${size}">${words}</text>`;
}

function at(coordinate: number): string {
  return coordinate.toFixed(1);
}
