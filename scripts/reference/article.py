"""The article's run in PyTorch for several seeds: losses, learning rates, accuracy -> test/fixtures/article.json.

`exact` are the losses of the same run, from the same weights and batches, computed in float64: by the last epochs
rounding has moved the float32 run away from it by up to 1e-3.
"""

import json
from pathlib import Path

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SEEDS = [0, 1, 2, 42, 2**32 + 5]
EPOCHS = 50


def run(seed, dtype):
    d = load_breast_cancer()
    # scikit-learn's target is 1 for benign; the article encodes malignant as 1
    X_train, X_test, y_train, y_test = train_test_split(d.data, 1 - d.target, test_size=0.2, random_state=2)
    scaler = StandardScaler()
    X_train, X_test = scaler.fit_transform(X_train), scaler.transform(X_test)
    torch.manual_seed(seed)
    X_train, X_test = torch.FloatTensor(X_train), torch.FloatTensor(X_test)
    y_train, y_test = (torch.FloatTensor(y).view(-1, 1) for y in (y_train, y_test))
    loader = DataLoader(TensorDataset(X_train, y_train), batch_size=32, shuffle=True)
    model = nn.Sequential(
        nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1), nn.Sigmoid()
    ).to(dtype)
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=20, gamma=0.5)
    losses, lrs = [], []
    for _ in range(EPOCHS):
        model.train()
        for inputs, targets in loader:
            loss = criterion(model(inputs.to(dtype)), targets.to(dtype))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        lrs.append(scheduler.get_last_lr()[0])
    model.eval()
    with torch.no_grad():
        accuracy = ((model(X_test.to(dtype)) >= 0.5).float() == y_test).float().mean().item()
    return {"seed": seed, "losses": losses, "lrs": lrs, "accuracy": accuracy}


torch.set_num_threads(1)
runs = [{**run(seed, torch.float32), "exact": run(seed, torch.float64)["losses"]} for seed in SEEDS]
out = {"torch": torch.__version__, "runs": runs}
path = Path(__file__).parents[2] / "test" / "fixtures" / "article.json"
path.write_text(json.dumps(out, indent=1) + "\n")
print(f"{path.name}: {len(SEEDS)} runs of {EPOCHS} epochs")
