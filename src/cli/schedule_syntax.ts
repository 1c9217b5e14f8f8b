import { UsageError } from "./usage_error.js";

/** A value as it is written: a number, a word, or several of them. */
export type Value = number | boolean | string | null | Value[];

/** A schedule as it is written: `Name[parts] value name=value`. */
export interface Schedule {
  readonly name: string;
  /** The schedules that it is made of. */
  readonly parts: readonly Schedule[];
  /** Values without a name. */
  readonly positional: readonly Value[];
  readonly keywords: Readonly<Record<string, Value>>;
  /** As it was written. */
  readonly text: string;
}

/**
 * Reads one or more schedules:
 *
 *     schedules := schedule { [","] schedule }
 *     schedule  := Name [ "[" schedules "]" ] { value | name "=" value }
 *     value     := number | word | "text" | value "," number | "[" value { "," value } "]"
 *
 * @throws UsageError that shows where it went wrong
 */
export function parseSchedules(text: string): Schedule[] {
  const reader = new Reader(text);
  const schedules = reader.schedules();
  reader.end();
  if (schedules.length === 0) throw new UsageError("which schedule? For example: rushlight lr StepLR step_size=30");
  return schedules;
}

/** The arguments of a shell as one text. An argument like `lr_lambda=0.9 ** epoch` is one value, spaces and all. */
export function joinArguments(args: readonly string[]): string {
  return args.map(quoteValue).join(" ");
}

function quoteValue(arg: string): string {
  const [, name, value] = /^(\w+)=([^"'[]*\s[^"'[]*)$/s.exec(arg) ?? [];
  return name === undefined ? arg : `${name}="${value}"`;
}

const NAME = /[A-Za-z_]\w*/y;
const QUOTED = /"([^"]*)"|'([^']*)'/y;
const WORD = /[^\s,=[\]"']+/y;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const words: Readonly<Record<string, Value>> = { true: true, false: false, none: null, null: null, inf: Infinity };

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  schedules(): Schedule[] {
    const found: Schedule[] = [];
    for (;;) {
      if (found.length > 0) this.take(",");
      this.skip();
      if (!/[A-Za-z_]/.test(this.text[this.at] ?? "")) return found;
      found.push(this.schedule());
    }
  }

  private schedule(): Schedule {
    const start = this.at;
    const name = this.match(NAME)![0];
    if (this.text[this.at] === "=") this.fail(`'${name}=' belongs to no schedule`);
    const parts = this.take("[") ? this.schedules() : [];
    if (this.text.slice(start, this.at).endsWith("[") || parts.length > 0) this.expect("]");
    const positional: Value[] = [];
    const keywords: Record<string, Value> = {};
    let end = this.at;
    for (;;) {
      this.skip();
      const key = /[A-Za-z_]\w*(?=\s*=)/y;
      key.lastIndex = this.at;
      const named = key.exec(this.text);
      if (named) {
        this.at = key.lastIndex;
        this.expect("=");
        if (named[0] in keywords) this.fail(`${name} is given ${named[0]} twice`);
        keywords[named[0]] = this.values();
      } else if (/[-+.\d]/.test(this.text[this.at] ?? "")) positional.push(this.values());
      else break;
      end = this.at;
    }
    return { name, parts, positional, keywords, text: this.text.slice(start, end).replace(/\s+/g, " ") };
  }

  /** A value; a comma with a number right behind it goes on with the list. */
  private values(): Value {
    const first = this.value();
    const list = [first];
    while (/^,[-+.\d]/.test(this.text.slice(this.at, this.at + 2))) {
      this.at++;
      list.push(this.value());
    }
    return list.length === 1 ? first : list;
  }

  private value(): Value {
    this.skip();
    if (this.take("[")) {
      const list: Value[] = [];
      while (!this.take("]")) {
        if (list.length > 0) this.expect(",");
        list.push(this.value());
      }
      return list;
    }
    const quoted = this.match(QUOTED);
    if (quoted) return quoted[1] ?? quoted[2];
    const word = this.match(WORD);
    if (!word) return this.fail("a value is missing");
    const [text] = word;
    if (NUMBER.test(text)) return Number(text);
    const lower = text.toLowerCase();
    return Object.hasOwn(words, lower) ? words[lower] : text;
  }

  end(): void {
    this.skip();
    if (this.at < this.text.length) this.fail(`'${this.text[this.at]}' makes no sense`);
  }

  private skip(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }

  private take(sign: string): boolean {
    this.skip();
    if (this.text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  private expect(sign: string): void {
    if (!this.take(sign)) this.fail(`'${sign}' is missing`);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private fail(what: string): never {
    throw new UsageError(`${what}, here:\n  ${this.text}\n  ${" ".repeat(this.at)}^`);
  }
}
