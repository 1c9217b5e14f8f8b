import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, it, test } from "vitest";
import { column, columns, DataError, head, numbers, readTable } from "../../examples/lib/table.js";
import recorded from "../fixtures/preprocessing.json" with { type: "json" };

const articlePath = fileURLToPath(new URL("../../examples/data/breast-cancer.csv", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "table-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A table of a file with this text. */
function tableOf(text: string) {
  const path = join(folder, "data.csv");
  writeFileSync(path, text);
  return readTable(path);
}

/** The message of the DataError that `call` throws, without the folder of its file. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof DataError) return error.message.replace(folder, "");
    throw error;
  }
  throw new Error("no error");
}

describe("the data set of the examples", () => {
  const table = readTable(articlePath);

  it("has a diagnosis and thirty numbers in each of 569 rows", () => {
    expect(table.rows).toHaveLength(569);
    expect(table.header).toHaveLength(31);
    expect(table.header.slice(0, 2)).toEqual(["diagnosis", "radius_mean"]);
    expect(table.header[8]).toBe("concave points_mean");
    expect(column(table, "diagnosis").filter((d) => d === "M")).toHaveLength(212);
    expect(column(table, "diagnosis").filter((d) => d === "B")).toHaveLength(357);
  });

  it("holds scikit-learn's doubles", () => {
    const X = numbers(table, ["diagnosis", "id"]);
    const sums = X.reduce((sum, row) => sum.map((s, j) => s + row[j]!));
    expect(sums).toEqual(recorded.article.sums);
  });
});

describe("readTable", () => {
  it("reads what a user's own download may look like", () => {
    const plain = ["id,name,x", "1,M,0.5", "2,B,7"];
    const expected = {
      header: ["id", "name", "x"],
      rows: [
        ["1", "M", "0.5"],
        ["2", "B", "7"],
      ],
      lines: [2, 3],
    };
    const variants = {
      plain: plain.join("\n"),
      "Windows line ends": `${plain.join("\r\n")}\r\n`,
      "a byte order mark": `\uFEFF${plain.join("\n")}`,
      "a byte order mark before a quote": `\uFEFF"id",name,x\n${plain.slice(1).join("\n")}`,
      "quoted fields": '"id","name","x"\n"1","M",0.5\n"2","B","7"\n',
      "blanks around cells": "id, name, x\n1, M, 0.5\n2 ,B , 7\n",
      "a comma after the header alone": `${plain[0]},\n${plain[1]}\n${plain[2]}\n`,
      "commas after the rows alone": `${plain[0]}\n${plain[1]},\n${plain[2]},\n`,
      "commas everywhere": plain.map((line) => `${line},,`).join("\n"),
      "a column that pandas named": `${plain[0]},Unnamed: 32\n${plain[1]},\n${plain[2]},\n`,
    };
    for (const [name, text] of Object.entries(variants)) expect(tableOf(text), name).toMatchObject(expected);
  });

  it("skips empty lines, and counts them", () => {
    expect(tableOf("x\n\n1\n\n\n2\n")).toMatchObject({ rows: [["1"], ["2"]], lines: [3, 6] });
  });

  it("keeps commas, quotes and line ends inside quoted fields", () => {
    expect(tableOf('a,b\n"x, ""y""","1\n2"\n').rows).toEqual([['x, "y"', "1\n2"]]);
  });

  it("reads back what was written", () => {
    const row = fc.array(
      fc.string({ unit: "grapheme" }).map((s) => `<${s}>`),
      { minLength: 2, maxLength: 2 },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const line = (cells: string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
        expect(tableOf(["a,b", ...rows.map(line)].join("\n")).rows).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });

  it("says what is wrong with a file", () => {
    expect(complaint(() => readTable(join(folder, "none.csv")))).toBe("cannot read /none.csv: no such file");
    expect(complaint(() => readTable(folder))).toBe("cannot read : it is a directory");
    expect(complaint(() => tableOf(""))).toBe("/data.csv is empty");
    expect(complaint(() => tableOf("\n\n"))).toBe("/data.csv is empty");
    expect(complaint(() => tableOf("a,b\n"))).toBe("/data.csv has a header but no rows");
    expect(complaint(() => tableOf("a,b\n1,2\n3\n"))).toBe(
      "/data.csv, line 3: 1 cells where the header names 2 columns",
    );
    expect(complaint(() => tableOf("a,b\n1,2\n\n3,4,5\n"))).toBe(
      "/data.csv, line 4: 3 cells where the header names 2 columns",
    );
    expect(complaint(() => tableOf("\n,a\n0,1\n"))).toBe("/data.csv, line 2: column 1 has no name");
    expect(complaint(() => tableOf("a,b,a\n0,1,2\n"))).toBe("/data.csv, line 1: two columns are named 'a'");
    expect(complaint(() => tableOf('a,b\n1,"2\n'))).toBe(
      "/data.csv is not a CSV file: line 3: Quoted field unterminated",
    );
    expect(complaint(() => tableOf('a,b\n1,"2"3\n4,5\n'))).toMatch(
      /^\/data.csv is not a CSV file: line \d: Trailing quote on quoted field is malformed/,
    );
  });
});

describe("columns and numbers", () => {
  const table = tableOf("id,diagnosis,x,y\n7,M,1,-2.5\n8,B,.5,1e3\n");

  it("pick by name", () => {
    expect(column(table, "diagnosis")).toEqual(["M", "B"]);
    expect(columns(table, ["y", "id"])).toMatchObject({
      header: ["y", "id"],
      rows: [
        ["-2.5", "7"],
        ["1e3", "8"],
      ],
    });
    expect(numbers(table, ["diagnosis", "id", "absent"])).toEqual([
      [1, -2.5],
      [0.5, 1000],
    ]);
    expect(numbers(columns(table, ["y"]))).toEqual([[-2.5], [1000]]);
  });

  it("name the column that is missing", () => {
    const text = "/data.csv has no column 'z'; it has id, diagnosis, x, y";
    expect(complaint(() => column(table, "z"))).toBe(text);
    expect(complaint(() => columns(table, ["x", "z"]))).toBe(text);
  });

  it("name line, row and column of what is no number", () => {
    expect(complaint(() => numbers(table))).toBe("/data.csv, line 2: row 1, column 'diagnosis': 'M' is not a number");
    expect(complaint(() => numbers(tableOf("a,b\n\n1,2\n3,\n")))).toBe(
      "/data.csv, line 4: row 2, column 'b': the cell is empty",
    );
    for (const bad of ["NaN", "inf", "0x10", "1,5", "1e999", "--1", "1 2", "."]) {
      expect(complaint(() => numbers(tableOf(`a,b\n1,"${bad}"\n`)))).toContain(`'${bad}' is not a number`);
    }
  });
});

describe("head", () => {
  test.each(recorded.heads)("prints $name as pandas does", ({ name, csv, head: text }) => {
    const article = readTable(articlePath);
    const table = csv === null ? article : tableOf(csv);
    expect(head(name === "narrow" ? columns(article, article.header.slice(0, 5)) : table)).toBe(text);
  });

  it("fits the width it is given, and shows all rows of a short table", () => {
    const lines = head(readTable(articlePath), 3, 60).split("\n");
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line.length).toBeLessThan(60);
    expect(head(tableOf("a\nx\n"), 5)).toBe("   a\n0  x");
  });
});
