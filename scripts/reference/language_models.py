"""examples/gpt.ts and examples/lstm.ts in PyTorch: what they print -> test/fixtures/language_models.json.

    python scripts/reference/language_models.py [MODEL STEPS EVERY LENGTH]

With arguments one run is printed and nothing recorded: `gpt 500 50 400` and `lstm 500 50 400` are the examples' defaults.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)
ROOT = Path(__file__).parents[2]
SEED = 1730
CONTEXT, WIDTH, HEADS, BATCH = 64, 64, 4, 16


class CausalSelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (part.view(B, T, HEADS, C // HEADS).transpose(1, 2) for part in self.qkv(x).split(WIDTH, 2))
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(B, T, C))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.attention = CausalSelfAttention()
        self.norm2 = nn.LayerNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(), nn.Linear(4 * WIDTH, WIDTH))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class GPT(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.tokens = nn.Embedding(characters, WIDTH)
        self.positions = nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(Block(), Block())
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, characters)
        self.optimizer = torch.optim.AdamW(self.parameters(), lr=5e-3)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions(torch.arange(ids.size(1)))
        return self.head(self.norm(self.blocks(x)))

    def generate(self, ids, length):
        for _ in range(length):
            probabilities = F.softmax(self(ids[:, -CONTEXT:])[:, -1], dim=-1)
            ids = torch.cat([ids, torch.multinomial(probabilities, 1)], 1)
        return ids


class Writer(nn.Module):
    def __init__(self, characters):
        super().__init__()
        self.tokens = nn.Embedding(characters, 32)
        self.lstm = nn.LSTM(32, 128, batch_first=True)
        self.head = nn.Linear(128, characters)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=5e-3)

    def forward(self, ids):
        return self.head(self.lstm(self.tokens(ids))[0])

    def generate(self, start, length):
        ids, state = [start], None
        for _ in range(length):
            output, state = self.lstm(self.tokens(ids[-1]), state)
            ids.append(torch.multinomial(F.softmax(self.head(output)[:, -1], dim=-1), 1))
        return torch.cat(ids, 1)


def run(kind, steps, every, length):
    text = (ROOT / "examples" / "data" / "opticks-queries.txt").read_text()
    characters = sorted(set(text))
    data = torch.tensor([characters.index(c) for c in text])
    cut = int(0.9 * len(data))
    train, held = data[:cut], data[cut:]
    torch.manual_seed(SEED)
    model = {"gpt": GPT, "lstm": Writer}[kind](len(characters))
    lines = [f"{sum(p.numel() for p in model.parameters())} parameters"]
    n = (len(held) - 1) // CONTEXT * CONTEXT
    held_x, held_y = held[:n].view(-1, CONTEXT), held[1 : n + 1].view(-1, CONTEXT)
    losses = []
    for step in range(1, steps + 1):
        starts = torch.randint(len(train) - CONTEXT, (BATCH,))
        x, y = (torch.stack([train[i + shift : i + shift + CONTEXT] for i in starts]) for shift in (0, 1))
        loss = F.cross_entropy(model(x).flatten(0, 1), y.flatten())
        model.optimizer.zero_grad()
        loss.backward()
        model.optimizer.step()
        losses.append(loss.item())
        if step % every == 0 or step == steps:
            with torch.no_grad():
                held_loss = F.cross_entropy(model(held_x).flatten(0, 1), held_y.flatten()).item()
            mean = sum(losses) / len(losses)
            lines.append(f"step {step}: training loss {mean:.4f}, validation loss {held_loss:.4f}")
            losses = []
    with torch.no_grad():
        written = model.generate(torch.tensor([[characters.index("\n")]]), length)
    return [*lines, "".join(characters[i] for i in written[0])]


if len(sys.argv) > 1:
    print("\n".join(run(sys.argv[1], *map(int, sys.argv[2:]))))
    sys.exit()

SHORT = {"gpt": [4, 2, 30], "lstm": [4, 2, 30]}
out = [{"model": kind, "steps": s, "every": e, "length": n, "lines": run(kind, s, e, n)} for kind, (s, e, n) in SHORT.items()]
path = ROOT / "test" / "fixtures" / "language_models.json"
path.write_text(json.dumps(out, indent=1) + "\n")
print(f"{path.name}: {len(out)} runs")
