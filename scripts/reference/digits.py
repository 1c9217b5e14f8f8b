"""The scripts examples/digits-cnn.ts and examples/digits-autoencoder.ts in PyTorch -> test/fixtures/digits.json.

The test runs the autoencoder for three epochs.
"""

import json
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

SEED = 0
digits = load_digits()
X_train, X_test, y_train, y_test = train_test_split(digits.data, digits.target, test_size=0.2, random_state=0)


def images(pixels):
    return torch.FloatTensor(pixels).div(16).view(-1, 1, 8, 8)


def cnn(epochs):
    torch.manual_seed(SEED)
    train_set = TensorDataset(images(X_train), torch.LongTensor(y_train))
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, 10),
    )
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.3)
    losses, accuracies = [], []
    for _ in range(epochs):
        model.train()
        total = 0
        for inputs, targets in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
        scheduler.step()
        losses.append(total / len(train_set))
        model.eval()
        with torch.no_grad():
            predicted = model(images(X_test)).argmax(1)
            accuracies.append(predicted.eq(torch.LongTensor(y_test)).float().mean().item())
    return {"epochs": epochs, "losses": losses, "accuracies": accuracies}


def autoencoder(epochs):
    torch.manual_seed(SEED)
    train_set = TensorDataset(images(X_train))
    train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
    encoder = nn.Sequential(
        nn.Conv2d(1, 8, 3, stride=2, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(8 * 4 * 4, 8),
    )
    decoder = nn.Sequential(
        nn.Linear(8, 8 * 4 * 4),
        nn.ReLU(),
        nn.Unflatten(1, (8, 4, 4)),
        nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1),
        nn.Sigmoid(),
    )
    model = nn.Sequential(encoder, decoder)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    losses, test_losses = [], []
    for _ in range(epochs):
        total = 0
        for (inputs,) in train_loader:
            optimizer.zero_grad()
            loss = criterion(model(inputs), inputs)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(inputs)
        losses.append(total / len(train_set))
        with torch.no_grad():
            test_losses.append(criterion(model(images(X_test)), images(X_test)).item())
    with torch.no_grad():
        codes = encoder(images(X_test[:5]))
        drawn = decoder(codes).mul(9).round().long().squeeze(1)
    return {
        "epochs": epochs,
        "losses": losses,
        "test_losses": test_losses,
        "code": codes[0].tolist(),
        "drawn": ["".join(map(str, image.flatten().tolist())) for image in drawn],
    }


torch.set_num_threads(1)
if __name__ == "__main__":
    out = {"torch": torch.__version__, "seed": SEED, "cnn": cnn(8), "autoencoder": autoencoder(3)}
    path = Path(__file__).parents[2] / "test" / "fixtures" / "digits.json"
    path.write_text(json.dumps(out, indent=1) + "\n")
    print(f"{path.name}: test accuracy {out['cnn']['accuracies'][-1]}, test loss {out['autoencoder']['test_losses'][-1]}")
