import PDFDocument from 'pdfkit';
import { encode } from 'uqr';
import type { PaperOrder, PaperTicket } from '../domain/paper.ts';
import { dayInWords, type PaperWords, paperWords, timeInWords } from '../domain/words.ts';
import { type LaidOut, layOut, type Piece, type Style } from './lay-out.ts';

/** Colours of the design, as its light pages have them. */
const colours = { ink: '#15160f', ink2: '#484a40', ink3: '#63655a', line: '#e2e2d9', code: '#000000' } as const;
/** A4, in points. */
const page = { width: 595.28, height: 841.89, margin: 40 } as const;
const card = { top: 64, height: 268, radius: 18, stub: 178 } as const;
const inner = 22;
const codeSize = 134;

type Doc = InstanceType<typeof PDFDocument>;

/**
 * The tickets of an order as a PDF, one a page: the same order, the same bytes. Letters are embedded, only those that are used. Gives
 * way after each page.
 */
export async function drawTickets(order: PaperOrder): Promise<Buffer> {
  const words = paperWords(order.language);
  const doc = new PDFDocument({
    size: [page.width, page.height],
    margin: 0,
    autoFirstPage: false,
    lang: order.language,
    displayTitle: true,
    info: {
      Title: `${order.show.title} · ${words.order(order.orderNumber)}`,
      Creator: 'Onsale',
      Producer: 'Onsale',
      CreationDate: new Date(order.orderedAt),
      ModDate: new Date(order.orderedAt),
    },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => doc.once('end', resolve).once('error', reject));
  for (const [i, ticket] of order.tickets.entries()) {
    doc.addPage();
    drawPage(doc, order, { ticket, number: i + 1, words });
    await new Promise(setImmediate);
  }
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

interface Setting {
  readonly ticket: PaperTicket;
  readonly number: number;
  readonly words: PaperWords;
}

function drawPage(doc: Doc, order: PaperOrder, { ticket, number, words }: Setting): void {
  const { show } = order;
  const left = page.margin;
  const width = page.width - 2 * page.margin;
  const bottom = card.top + card.height;
  const tear = left + width - card.stub;
  const set = new Set<boolean>();
  const put = (text: string, at: Place) => {
    const { hasGaps, height } = putText(doc, text, at);
    set.add(hasGaps);
    return height;
  };

  doc.lineWidth(1).strokeColor(colours.line);
  doc.roundedRect(left, card.top, width, card.height, card.radius).stroke();
  doc
    .moveTo(tear, card.top + 10)
    .lineTo(tear, bottom - 10)
    .dash(4, { space: 4 })
    .stroke()
    .undash();
  for (const [y, clockwise] of [
    [card.top, false],
    [bottom, true],
  ] as const) {
    doc
      .save()
      .rect(tear - 12, y - 2, 24, 4)
      .fill('#ffffff')
      .restore();
    doc
      .moveTo(tear - 9, y)
      .path(`M ${tear - 9} ${y} A 9 9 0 0 ${clockwise ? 1 : 0} ${tear + 9} ${y}`)
      .strokeColor(colours.line)
      .stroke();
  }

  // What, when, where.
  const textWidth = tear - left - 2 * inner;
  const isOpen = show.status === 'postponed';
  const x = left + inner;
  let y = card.top + inner;
  const day = isOpen ? words.dateOpen : dayInWords(show.startsAt, show.timeZone, words);
  y += put(day, { x, y, width: textWidth, style: { face: 'text', size: 10.5 }, colour: colours.ink2 }) + 4;
  const title = titleStyle(show.title, textWidth);
  y += put(show.title, { x, y, width: textWidth, lines: 3, style: title, colour: colours.ink, lead: 1.08 }) + 6;
  const place = [show.venue, show.address].filter((part) => part !== null).join(' · ');
  put(place, { x, y, width: textWidth, lines: 2, style: { face: 'text', size: 11 }, colour: colours.ink2 });

  const facts: (readonly [string, string])[] =
    ticket.seat === null
      ? [[words.ticket, ticket.ticketType]]
      : [
          [words.part, ticket.seat.zone],
          [words.row, ticket.seat.row],
          [words.seat, ticket.seat.number],
        ];
  if (!isOpen && show.doorsAt !== null) facts.push([words.doors, timeInWords(show.doorsAt, show.timeZone, words)]);
  if (!isOpen) facts.push([words.begins, timeInWords(show.startsAt, show.timeZone, words)]);
  drawFacts(
    facts.filter(([, value]) => value !== ''),
    { x, y: bottom - 104, width: textWidth, put },
  );

  const about = [ticket.attendee, ticket.seat === null ? null : ticket.ticketType, ticket.rate, ticket.price];
  const small: Style = { face: 'text', size: 9.5 };
  const aboutLine = about.filter((part) => part !== null && part !== '').join(' · ');
  put(aboutLine, { x, y: bottom - 50, width: textWidth, lines: 2, style: small, colour: colours.ink3 });

  // The code.
  const middle = tear + card.stub / 2;
  drawCode(doc, ticket.code, { x: middle - codeSize / 2, y: card.top + inner });
  const stub = { x: tear + 8, width: card.stub - 16, align: 'center' } as const;
  const under = card.top + inner + codeSize + 16;
  put(ticket.ticketNumber ?? '', { ...stub, y: under, style: { face: 'strong', size: 11 }, colour: colours.ink });
  put(words.onePerson, { ...stub, y: under + 20, lines: 2, style: { face: 'text', size: 8.5 }, colour: colours.ink3 });
  const ofAll = words.numberOf(number, order.tickets.length);
  put(ofAll, { ...stub, y: under + 36, style: { face: 'text', size: 8.5 }, colour: colours.ink3 });

  // The order, and who sold it.
  let foot = bottom + 22;
  const line = (text: string, face: Style['face'] = 'text', lines = 2) => {
    foot +=
      put(text, {
        x: left,
        y: foot,
        width,
        lines,
        style: { face, size: 9.5 },
        colour: face === 'text' ? colours.ink3 : colours.ink,
      }) + 3;
  };
  const ordered = words.orderedOn(dayInWords(order.orderedAt, show.timeZone, words));
  line(words.order(order.orderNumber), 'strong');
  line(ordered);
  line(words.keep);
  foot += 10;
  const { name, address, taxNumber } = show.seller;
  line(`${words.soldBy} ${name}`, 'strong');
  for (const part of (address ?? '').split('\n').slice(0, 6)) if (part.trim() !== '') line(part);
  if (taxNumber !== null) line(words.taxNumber(taxNumber));
  if (set.has(true)) {
    foot += 10;
    line(words.unprintable);
  }
}

/** The largest size at which a title needs no more than two lines; three at the smallest. */
function titleStyle(title: string, width: number): Style {
  for (const size of [30, 26, 22]) {
    const style: Style = { face: 'display', size };
    if (layOut(title, style, width, 3).lines.length <= 2) return style;
  }
  return { face: 'display', size: 19 };
}

function drawFacts(
  facts: readonly (readonly [string, string])[],
  { x, y, width, put }: { x: number; y: number; width: number; put: (text: string, at: Place) => number },
): void {
  const label: Style = { face: 'text', size: 8.5 };
  const gap = 18;
  const sizes = [16, 13, 10.5];
  const widthsAt = (size: number) =>
    facts.map(([name, value]) => Math.max(lineWidth(name, label), lineWidth(value, { face: 'strong', size })));
  const fits = (size: number) => widthsAt(size).reduce((sum, each) => sum + each + gap, -gap) <= width;
  const size = sizes.find(fits) ?? sizes.at(-1)!;
  const wanted = widthsAt(size);
  // The longest gives way: the name of a part, as a rule.
  const spare = width - wanted.reduce((sum, each) => sum + each + gap, -gap);
  const longest = wanted.indexOf(Math.max(...wanted));
  let at = x;
  for (const [i, [name, value]] of facts.entries()) {
    const own = i === longest && spare < 0 ? Math.max(40, wanted[i]! + spare) : wanted[i]!;
    put(name, { x: at, y, width: own + 1, style: label, colour: colours.ink3 });
    put(value, { x: at, y: y + 13, width: own + 1, lines: 2, style: { face: 'strong', size }, colour: colours.ink });
    at += own + gap;
  }
}

/** A QR code as one path: sharp at any size. Its quiet zone is the white around it. */
function drawCode(doc: Doc, code: string, { x, y }: { readonly x: number; readonly y: number }): void {
  const { data, size } = encode(code, { ecc: 'M', border: 0 });
  const step = codeSize / size;
  for (const [row, modules] of data.entries()) {
    let column = 0;
    while (column < size) {
      const from = column;
      while (column < size && modules[column] === modules[from]) column++;
      if (modules[from]) doc.rect(x + from * step, y + row * step, (column - from) * step, step);
    }
  }
  doc.fill(colours.code);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly style: Style;
  readonly colour: string;
  readonly lines?: number;
  readonly align?: 'center';
  /** The height of a line, in sizes. */
  readonly lead?: number;
}

function putText(doc: Doc, text: string, at: Place): { height: number; hasGaps: boolean } {
  const { style, lead = 1.3 } = at;
  const laidOut: LaidOut = layOut(text, style, at.width, at.lines ?? 1);
  doc.fillColor(at.colour).strokeColor(at.colour);
  for (const [i, line] of laidOut.lines.entries()) {
    const room = at.width - line.width;
    let x = at.x + (at.align === 'center' ? room / 2 : line.isRightToLeft ? room : 0);
    // Fonts differ in how high they stand: all of a line stand on one base line.
    const base = at.y + i * lead * style.size + style.size;
    for (const piece of line.pieces) {
      if (piece.font.isDrawn) drawShapes(doc, piece, { x, base, style });
      else if (piece.text !== ' ') {
        doc.font(piece.font.font as unknown as PDFKit.Mixins.PDFFontSource, piece.font.name).fontSize(style.size);
        doc.text(piece.text, x, base, { lineBreak: false, baseline: 'alphabetic' });
      }
      x += piece.width;
    }
  }
  return { height: laidOut.lines.length * lead * style.size, hasGaps: laidOut.hasGaps };
}

/** By how much, in ems, the outline of a thin letter is drawn to look like the face. */
const thickness = { text: 0.035, strong: 0.06, display: 0.08 } as const;

function drawShapes(
  doc: Doc,
  { text, font: { font } }: Piece,
  { x, base, style }: { readonly x: number; readonly base: number; readonly style: Style },
): void {
  const scale = style.size / font.unitsPerEm;
  const { glyphs, positions } = font.layout(text);
  let at = 0;
  doc.lineWidth(thickness[style.face] * font.unitsPerEm);
  for (const [i, glyph] of glyphs.entries()) {
    doc
      .save()
      .translate(x + at * scale, base)
      .scale(scale, -scale)
      .path(glyph.path.toSVG())
      .fillAndStroke()
      .restore();
    at += positions[i]!.xAdvance;
  }
}

function lineWidth(text: string, style: Style): number {
  return layOut(text, style, 10_000, 1).lines[0]?.width ?? 0;
}
