// study_template.h: what `steepest init` writes. Every NAME in it becomes the study's name.
#pragma once

namespace steepest::app {

inline constexpr const char* kStudyTemplate =
    R"yaml(# NAME: what is asked and why, in a sentence or two. Every key is described in docs/configuration.md, Studies.
title: Study NAME
question: Which learning rate is best at which rank?

# Of every run, in the words of the command line: `steepest config --schema` lists all keys, `steepest config --groups` the groups.
overrides: [data=tinyshakespeare, training.batch=32, training.context=128, training.steps=64, model.heads=1]

# What varies: grids, of each of which every combination is run. A value that is left out is that of experiments/config.yaml and its groups.
sweep:
  - {optimizer: muon, model.rank: dense, optimizer.learning_rate: [0.03, 0.1, 0.3]}
  - {optimizer: lora_muon, model.rank: [2, 8], optimizer.learning_rate: [0.03, 0.1, 0.3]}
seeds: 2   # 0 and 1. Intervals are over seeds, so that one alone has none

# The same at other sizes. `--scale smoke` comes on top of the above; quick, the default, is the above as it stands.
scales:
  smoke:   # seconds, and no corpus needed: does it run at all?
    overrides: [data=synthetic, data.characters=20000, training.batch=4, training.context=16, training.steps=4, model.width=16]
  quick: {}
  paper:
    seeds: 6

# What `steepest report NAME` prints and `make figures` draws; docs/configuration.md has the other kinds.
report:
  kind: best_rate
  metric: validation_loss
  row: model.rank
  rate: optimizer.learning_rate
  baseline: dense
)yaml";

}  // namespace steepest::app
