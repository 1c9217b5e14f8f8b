import { fileURLToPath } from "node:url";
import { data, type Tensor, torch } from "rushlight";
import { column, numbers, readTable, type Table } from "./table.js";

/** scikit-learn's digits: images [N, 1, 8, 8] with pixels on [0, 1], and which digits they show. */
export interface Digits {
  readonly X_train: Tensor;
  readonly X_test: Tensor;
  readonly y_train: Tensor;
  readonly y_test: Tensor;
}

export const digitsFile: string = fileURLToPath(new URL("../data/digits.csv", import.meta.url));

/** Reads the digits; a fifth of them is for the test. */
export function readDigits(csv: string): Digits {
  const df = readTable(csv);
  const pixels = numbers(dropColumn(df, "digit"));
  const labels = column(df, "digit").map(Number);
  const [X_train, X_test, y_train, y_test] = data.train_test_split(pixels, labels, { test_size: 0.2, random_state: 0 });
  const images = (rows: number[][]) => torch.FloatTensor(rows).div(16).view(-1, 1, 8, 8);
  return {
    X_train: images(X_train),
    X_test: images(X_test),
    y_train: torch.LongTensor(y_train),
    y_test: torch.LongTensor(y_test),
  };
}

function dropColumn(df: Table, name: string): Table {
  const at = df.header.indexOf(name);
  const without = (cells: readonly string[]) => cells.filter((_, i) => i !== at);
  return { ...df, header: without(df.header), rows: df.rows.map(without) };
}

const SHADES = " .:-=+*#%@";

/** The pixels of images of one row, drawn side by side: a line of text for each row. */
export function drawImages(images: Tensor): string {
  const rows = images
    .squeeze(1)
    .mul(SHADES.length - 1)
    .round()
    .long()
    .permute([1, 0, 2])
    .tolist() as number[][][];
  return rows.map((row) => row.map((line) => line.map((v) => SHADES[v].repeat(2)).join("")).join("  ")).join("\n");
}
