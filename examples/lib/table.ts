import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// an import would have Node search this CommonJS file for names first, which takes longer than all that it does here
const Papa = createRequire(import.meta.url)("papaparse") as typeof import("papaparse");

/** Something is wrong with the user's data: a message to show, not a stack trace. */
export class DataError extends Error {
  override name = "DataError";
}

/** A CSV file: named columns, and rows of text. */
export interface Table {
  readonly path: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The line of the file that each row stands on, from 1. */
  readonly lines: readonly number[];
}

/**
 * Reads a CSV file with a header: quoted fields, Windows line ends and a byte order mark are fine, and so are columns
 * at the end that have neither a name (or one that pandas made up, "Unnamed: 32") nor a value.
 *
 * @throws DataError when the file cannot be read or is no table
 */
export function readTable(path: string): Table {
  const all = rowsIn(path, readText(path));
  if (all.length === 0) throw new DataError(`${path} is empty`);
  const [firstLine, ...lines] = all.map(({ line }) => line);
  const [names, ...rows] = all.map(({ cells }) => cells);
  if (rows.length === 0) throw new DataError(`${path} has a header but no rows`);

  let width = rows.reduce((widest, row) => Math.max(widest, row.length), names.length);
  while (width > 0 && isUnnamed(names[width - 1]) && rows.every((row) => !row[width - 1])) width--;
  const header = names.slice(0, width);
  for (const [i, name] of header.entries()) {
    if (name === "") throw new DataError(`${path}, line ${firstLine}: column ${i + 1} has no name`);
    if (header.indexOf(name) < i) throw new DataError(`${path}, line ${firstLine}: two columns are named '${name}'`);
  }
  for (const [i, row] of rows.entries()) {
    const cells = row.slice(width).every((cell) => cell === "") ? Math.min(row.length, width) : row.length;
    if (cells !== header.length) {
      throw new DataError(`${path}, line ${lines[i]}: ${cells} cells where the header names ${header.length} columns`);
    }
  }
  return { path, header, rows: rows.map((row) => row.slice(0, width)), lines };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reasons: Record<string, string> = {
      ENOENT: "no such file",
      EISDIR: "it is a directory",
      EACCES: "permission denied",
    };
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new DataError(`cannot read ${path}: ${reasons[code] ?? message}`);
  }
}

/** A row of the file: its cells, and the line on which it ends, from 1. */
interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The rows that are not empty, blanks around cells left out. */
function rowsIn(path: string, text: string): Row[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: "," });
  let line = 0;
  const rows = data.map((row) => {
    line += row.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 1);
    return { cells: row.map((cell) => cell.trim()), line };
  });
  const [wrong] = errors;
  if (wrong) throw new DataError(`${path} is not a CSV file: line ${rows[wrong.row ?? 0].line}: ${wrong.message}`);
  return rows.filter(({ cells }) => cells.some((cell) => cell !== "") || cells.length > 1);
}

function isUnnamed(name: string | undefined): boolean {
  return !name || /^Unnamed: \d+$/.test(name);
}

/** The cells of one column. */
export function column(table: Table, name: string): string[] {
  const j = indexOf(table, name);
  return table.rows.map((row) => row[j]);
}

/** The table with these columns only, in this order. */
export function columns(table: Table, names: readonly string[]): Table {
  const indices = names.map((name) => indexOf(table, name));
  return { ...table, header: names, rows: table.rows.map((row) => indices.map((j) => row[j])) };
}

function indexOf(table: Table, name: string): number {
  const j = table.header.indexOf(name);
  if (j < 0) throw new DataError(`${table.path} has no column '${name}'; it has ${table.header.join(", ")}`);
  return j;
}

/**
 * The table as a matrix of numbers, without the columns in `excluding` (which need not exist).
 *
 * @throws DataError that names line, row and column of a cell that is empty or no number
 */
export function numbers(table: Table, excluding: readonly string[] = []): number[][] {
  const kept = table.header.filter((name) => !excluding.includes(name));
  return columns(table, kept).rows.map((row, i) => row.map((cell, j) => numberIn(cell, table, i, kept[j])));
}

function numberIn(cell: string, table: Table, row: number, name: string): number {
  const value = isNumber(cell) ? Number(cell) : Number.NaN;
  if (Number.isFinite(value)) return value;
  const complaint = cell === "" ? "the cell is empty" : `'${cell}' is not a number`;
  throw new DataError(`${table.path}, line ${table.lines[row]}: row ${row + 1}, column '${name}': ${complaint}`);
}

function isNumber(cell: string): boolean {
  // what Number takes beside decimal numbers: nothing at all, and hexadecimal, octal and binary ones
  return Number.isFinite(Number(cell)) && cell !== "" && !/^0[box]/i.test(cell);
}

/** The first n rows as pandas prints `df.head(n)`; columns in the middle give way to "..." so that it fits `width`. */
export function head(table: Table, n = 5, width = 80): string {
  const shown = table.rows.slice(0, n);
  const index = alignLeft(["", ...shown.map((_, i) => String(i))]);
  const all = table.header.map((name) => printed(name, column(table, name), shown.length));
  const elided = elide(all, index[0].length, width);
  const together = [index, ...elided];
  const lines = index.map((_, i) => together.map((cells) => cells[i]).join(" "));
  if (all.some((cells) => !elided.includes(cells))) lines.push("", `[${shown.length} rows x ${all.length} columns]`);
  return lines.join("\n");
}

/** Heading and first n cells of a column, right-aligned; as in pandas, all but the names of text columns have a margin. */
function printed(name: string, cells: readonly string[], n: number): string[] {
  const shown = cells.slice(0, n).map((cell) => cell || "NaN");
  const numeric = cells.every((cell) => cell === "" || isNumber(cell));
  if (!numeric) return alignRight([name, ...shown.map((text) => ` ${text}`)]);
  const integers = cells.every((cell) => /^-?\d+$/.test(cell));
  const texts = integers ? shown.map((text) => String(BigInt(text))) : decimals(shown);
  return alignRight([` ${name}`, ...texts.map((text) => (/^\d/.test(text) ? ` ${text}` : text))]);
}

/** All with equally many decimals: as many as the longest needs, at most six and at least one. */
function decimals(texts: readonly string[]): string[] {
  const fixed = texts.map((text) => (text === "NaN" ? text : Number(text).toFixed(6)));
  const needed = fixed.map((text) => (text === "NaN" ? 0 : (text.replace(/0+$/, "").split(".")[1] ?? "").length));
  const surplus = 6 - Math.max(1, ...needed);
  return fixed.map((text) => (text === "NaN" || surplus === 0 ? text : text.slice(0, -surplus)));
}

/** pandas' rule: drop the middle column until the rest fits, then show as many columns left as right of the dots. */
function elide(all: readonly string[][], indexWidth: number, width: number): string[][] {
  const widths = [indexWidth, ...all.map((cells) => cells[0].length)];
  let surplus = widths.reduce((sum, w) => sum + w + 1, 0) - width;
  while (surplus > 0 && widths.length > 1) surplus -= widths.splice(Math.floor(widths.length / 2), 1)[0] + 1;
  const fitting = Math.max(widths.length - 1, 2);
  if (fitting >= all.length) return [...all];
  const side = Math.floor(fitting / 2);
  return [...all.slice(0, side), all[0].map(() => " ..."), ...all.slice(-side)];
}

function alignRight(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padStart(width));
}

function alignLeft(cells: readonly string[]): string[] {
  const width = Math.max(...cells.map((cell) => cell.length));
  return cells.map((cell) => cell.padEnd(width));
}
