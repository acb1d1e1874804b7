// fused_block.cpp: see fused_block.h. Reads from top to bottom as the block computes, and then back.
#include "model/fused_block.h"

#include <algorithm>

namespace steepest::model {
template <class T>
FusedBlock<T>::FusedBlock(FusedRows<T>& rows, const Transformer& network, std::int64_t layer)
    : rows_(rows), query_(rows.pieces, network.layer(layer, "query"), rows.longest, rows.bfloat16),
      key_(rows.pieces, network.layer(layer, "key"), rows.longest, rows.bfloat16),
      value_(rows.pieces, network.layer(layer, "value"), rows.longest, rows.bfloat16),
      output_(rows.pieces, network.layer(layer, "output"), rows.longest, rows.bfloat16),
      up_(rows.pieces, network.layer(layer, "up"), rows.longest, rows.bfloat16),
      down_(rows.pieces, network.layer(layer, "down"), rows.longest, rows.bfloat16) {
  FusedFactors<T>* values = thin_values();
  if (!values) resize(v_, rows.longest * rows.width);
  for (Numbers* numbers : {&normal_, &q_, &k_, &mixed_, &normal_mlp_}) resize(*numbers, rows.longest * rows.width);
  for (Numbers* numbers : {&inverse_, &inverse_mlp_}) resize(*numbers, rows.longest);
  for (Numbers* numbers : {&inverse_q_, &inverse_k_}) resize(*numbers, rows.longest * rows.heads.count);
  for (Numbers* numbers : {&slope_, &hidden_}) resize(*numbers, rows.longest * rows.hidden);
  resize(weights_, rows.pieces.attention_kept(rows.heads, values ? values->rank() : 0));
  if (!rows.gated) return;
  gate_.emplace(rows.pieces, network.layer(layer, "gate"), rows.longest, rows.bfloat16);
  for (Numbers* numbers : {&open_, &raised_}) numbers->resize(slope_.size());
}

template <class T>
template <class Body>
void FusedBlock<T>::for_each_linear(Body&& body) {
  for (FusedLinear<T>* linear : {&query_, &key_, &value_, &output_, &up_, &down_}) body(*linear);
  if (gate_) body(*gate_);
}

template <class T>
void FusedBlock<T>::begin(bool gradients) {
  for_each_linear([&](FusedLinear<T>& linear) { linear.begin(gradients); });
}

template <class T>
void FusedBlock<T>::finish() {
  for_each_linear([](FusedLinear<T>& linear) { linear.finish(); });
}

template <class T>
void FusedBlock<T>::forward() {
  attention();
  mlp();
}

template <class T>
void FusedBlock<T>::attention() {
  FusedRows<T>& r = rows_;
  const T* turns = r.turns.empty() ? nullptr : r.turns.data();
  r.norm(r.length, r.width, r.x.data(), normal_.data(), inverse_.data());
  query_.forward(r.length, normal_.data(), q_.data());
  key_.forward(r.length, normal_.data(), k_.data());
  r.pieces.turn(r.heads, turns, q_.data(), r.normalises_heads ? inverse_q_.data() : nullptr);
  r.pieces.turn(r.heads, turns, k_.data(), r.normalises_heads ? inverse_k_.data() : nullptr);
  if (FusedFactors<T>* values = thin_values()) {
    values->attend(r.heads, r.scale, normal_.data(), q_.data(), k_.data(), mixed_.data(), weights_.data(), r.scratch.data());
  } else {
    value_.forward(r.length, normal_.data(), v_.data());
    r.pieces.attention(r.heads, r.scale, q_.data(), k_.data(), v_.data(), mixed_.data(), weights_.data(), r.scratch.data());
  }
  output_.forward(r.length, mixed_.data(), r.f.data());
  mix();
}

template <class T>
void FusedBlock<T>::mlp() {
  FusedRows<T>& r = rows_;
  r.norm(r.length, r.width, r.x.data(), normal_mlp_.data(), inverse_mlp_.data());
  if (!r.joins_mlp || !fused_mlp(up_, down_, r.length, normal_mlp_.data(), slope_.data(), hidden_.data(), r.f.data())) {
    const std::int64_t wide = r.length * r.hidden;
    (gate_ ? *gate_ : up_).forward(r.length, normal_mlp_.data(), slope_.data());
    r.activation(wide, slope_.data(), (gate_ ? open_ : hidden_).data());
    if (gate_) {
      up_.forward(r.length, normal_mlp_.data(), raised_.data());
      std::copy_n(raised_.data(), wide, hidden_.data());
      r.pieces.multiply(wide, open_.data(), hidden_.data());
    }
    down_.forward(r.length, hidden_.data(), r.f.data());
  }
  mix();
}

/// A sub-block's result f goes into x.
template <class T>
void FusedBlock<T>::mix() {
  (rows_.convex ? rows_.pieces.mix : rows_.pieces.add)(rows_.length * rows_.width, rows_.weight, rows_.f.data(), rows_.x.data());
}

template <class T>
void FusedBlock<T>::backward() {
  mlp_backward();
  attention_backward();
}

/// dx, the gradient of a mix, becomes that of what was there before; d is that of the sub-block.
template <class T>
void FusedBlock<T>::part() {
  rows_.pieces.part(rows_.length * rows_.width, rows_.weight, rows_.convex ? rows_.weight : T(0), rows_.dx.data(), rows_.d.data());
}

template <class T>
void FusedBlock<T>::mlp_backward() {
  FusedRows<T>& r = rows_;
  part();
  if (!r.joins_mlp ||
      !fused_mlp_backward(up_, down_, r.length, normal_mlp_.data(), slope_.data(), hidden_.data(), r.d.data(), r.d_normal.data())) {
    const std::int64_t wide = r.length * r.hidden;
    down_.backward(r.length, hidden_.data(), r.d.data(), r.d_hidden.data(), false);
    if (gate_) {
      std::copy_n(r.d_hidden.data(), wide, r.d_raised.data());
      r.pieces.multiply(wide, open_.data(), r.d_raised.data());
      r.pieces.multiply(wide, raised_.data(), r.d_hidden.data());
    }
    r.pieces.multiply(wide, slope_.data(), r.d_hidden.data());
    (gate_ ? *gate_ : up_).backward(r.length, normal_mlp_.data(), r.d_hidden.data(), r.d_normal.data(), false);
    if (gate_) up_.backward(r.length, normal_mlp_.data(), r.d_raised.data(), r.d_normal.data(), true);
  }
  r.norm_backward(r.length, r.width, normal_mlp_.data(), inverse_mlp_.data(), r.d_normal.data(), r.dx.data());
}

template <class T>
void FusedBlock<T>::attention_backward() {
  FusedRows<T>& r = rows_;
  const T* turns = r.turns.empty() ? nullptr : r.turns.data();
  part();
  output_.backward(r.length, mixed_.data(), r.d.data(), r.f.data(), false);
  if (FusedFactors<T>* values = thin_values()) {
    values->attend_backward(r.heads, r.scale, normal_.data(), q_.data(), k_.data(), weights_.data(), r.f.data(), r.dq.data(), r.dk.data(),
                            r.d_normal.data(), r.scratch.data());
  } else {
    r.pieces.attention_backward(r.heads, r.scale, q_.data(), k_.data(), v_.data(), mixed_.data(), weights_.data(), r.f.data(), r.dq.data(),
                                r.dk.data(), r.dv.data(), r.scratch.data());
    value_.backward(r.length, normal_.data(), r.dv.data(), r.d_normal.data(), false);
  }
  r.pieces.turn_backward(r.heads, turns, q_.data(), r.normalises_heads ? inverse_q_.data() : nullptr, r.dq.data());
  r.pieces.turn_backward(r.heads, turns, k_.data(), r.normalises_heads ? inverse_k_.data() : nullptr, r.dk.data());
  query_.backward(r.length, normal_.data(), r.dq.data(), r.d_normal.data(), true);
  key_.backward(r.length, normal_.data(), r.dk.data(), r.d_normal.data(), true);
  r.norm_backward(r.length, r.width, normal_.data(), inverse_.data(), r.d_normal.data(), r.dx.data());
}

template class FusedBlock<float>;
template class FusedBlock<double>;

}  // namespace steepest::model
