// check: --steps 4 --every 2 --length 20
/**
 * A character-level GPT: two blocks of causal self-attention learn to write like Newton.
 *
 *     npx tsx examples/gpt.ts [--seed N] [--steps N] [--every N] [--length N] [--text PATH]
 */
import { nn, optim, type Tensor, torch } from "rushlight";
import { runScript } from "./lib/script.js";
import { readCorpus, settings, train } from "./lib/text.js";

const F = nn.functional;

const context = 64; // characters that the model sees
const width = 64; // features of each character
const heads = 4;
const batch_size = 16;

/** Every position looks at itself and at those before it. */
class CausalSelfAttention extends nn.Module {
  qkv = new nn.Linear(width, 3 * width);
  out = new nn.Linear(width, width);

  override forward(x: Tensor): Tensor {
    const [B, T, C] = x.shape;
    const [q, k, v] = this.qkv(x)
      .split(width, 2)
      .map((part) => part.view(B, T, heads, C / heads).transpose(1, 2));
    const y = F.scaled_dot_product_attention(q, k, v, { is_causal: true });
    return this.out(y.transpose(1, 2).reshape(B, T, C));
  }
}

/** Attention between positions, then two layers on each, both added to what comes in. */
class Block extends nn.Module {
  norm1 = new nn.LayerNorm(width);
  attention = new CausalSelfAttention();
  norm2 = new nn.LayerNorm(width);
  mlp = new nn.Sequential(new nn.Linear(width, 4 * width), new nn.GELU(), new nn.Linear(4 * width, width));

  override forward(x: Tensor): Tensor {
    const attended = x.add(this.attention(this.norm1(x)));
    return attended.add(this.mlp(this.norm2(attended)));
  }
}

class GPT extends nn.Module {
  tokens: nn.Embedding;
  positions: nn.Embedding;
  blocks: nn.Sequential;
  norm: nn.LayerNorm;
  head: nn.Linear;

  constructor(characters: number) {
    super();
    this.tokens = new nn.Embedding(characters, width);
    this.positions = new nn.Embedding(context, width);
    this.blocks = new nn.Sequential(new Block(), new Block());
    this.norm = new nn.LayerNorm(width);
    this.head = new nn.Linear(width, characters);
  }

  /** Logits of the next character at every position. */
  override forward(ids: Tensor): Tensor {
    const places = torch.arange(ids.size(1));
    const x = this.tokens(ids).add(this.positions(places));
    return this.head(this.norm(this.blocks(x)));
  }

  /** `length` more characters, each drawn by the probabilities that the last ones give it. */
  generate(start: Tensor, length: number): Tensor {
    let ids = start;
    for (let i = 0; i < length; i++) {
      const logits = this.forward(ids.narrow(1, Math.max(0, ids.size(1) - context), Math.min(ids.size(1), context)));
      const next = torch.multinomial(logits.select(1, -1).softmax(-1), 1);
      ids = torch.cat([ids, next], 1);
    }
    return ids;
  }
}

runScript(() => {
  const given = settings();
  torch.manual_seed(given.seed);
  const corpus = readCorpus(given.text, context + 1);
  const { alphabet } = corpus;

  const model = new GPT(alphabet.characters.length);
  const optimizer = new optim.AdamW(model.parameters(), { lr: 5e-3 });
  console.log(`${model.parameters().reduce((sum, p) => sum + p.numel(), 0)} parameters`);

  const course = {
    corpus,
    context,
    batch_size,
    predict: (ids: Tensor) => model(ids),
    learn: (loss: Tensor) => {
      optimizer.zero_grad();
      loss.backward();
      optimizer.step();
    },
  };
  train(course, given);

  const written = torch.no_grad(() => model.generate(alphabet.encode("\n").view(1, 1), given.length));
  console.log(alphabet.decode(written.select(0, 0)));
});
