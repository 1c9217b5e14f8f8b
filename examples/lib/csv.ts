/** A row of a CSV file: its cells, and the line of the file on which it ends, from 1. */
export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
}

/**
 * The rows of CSV text. Cells in quotes may hold commas, line ends and doubled quotes; blanks around cells and empty lines
 * are left out.
 *
 * @throws SyntaxError for a quote that is not closed, or that stands inside a cell
 */
export function parseCsv(text: string): Row[] {
  const rows: Row[] = [];
  // a row that goes on in the next line, for a quote is open
  let begun: string | null = null;
  const lines = text.replace(/^\uFEFF/, "").split(text.includes("\n") ? "\n" : "\r");
  for (const [i, line] of lines.entries()) {
    const odd = line.includes('"') && line.split('"').length % 2 === 0;
    const row: string = begun === null ? line : `${begun}\n${line}`;
    begun = odd === (begun === null) ? row : null;
    if (begun === null && row.trim() !== "") rows.push({ cells: cellsOf(row, i + 1), line: i + 1 });
  }
  if (begun !== null) throw new SyntaxError(`line ${lines.length}: a quote is not closed`);
  return rows;
}

function cellsOf(row: string, line: number): string[] {
  if (!row.includes('"')) return row.split(",").map((cell) => cell.trim());
  const found = [...row.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/gy)];
  const cells = found.map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
  const end = found.findIndex(([, , , after]) => after === "");
  if (end < 0) throw new SyntaxError(`line ${line}: a quote stands inside a cell`);
  return cells.slice(0, end + 1);
}
