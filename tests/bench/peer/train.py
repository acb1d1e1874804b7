#!/usr/bin/env python3
"""A run of the peer under Hydra, and studies by its sweeper and the joblib launcher:

    .venv/bin/python tests/bench/peer/train.py --multirun hydra/launcher=joblib hydra.launcher.n_jobs=2 \
        model.rank=2,8,32,dense learning_rate=0.03,0.1,0.3 seed=0,1

Each run leaves result.json in Hydra's folder.
"""
import json
import math
import pathlib
import time

import hydra
from hydra.core.hydra_config import HydraConfig


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config):
    from training import Training

    start = time.perf_counter()
    training = Training(config)
    losses = []
    for _ in range(config.steps):
        losses.append(training.step())
        if not math.isfinite(losses[-1]):
            break
    result = {"train_loss": losses, "validation_loss": training.validate(), "seconds": time.perf_counter() - start}
    pathlib.Path(HydraConfig.get().runtime.output_dir, "result.json").write_text(json.dumps(result))
    return result["validation_loss"]


if __name__ == "__main__":
    main()
