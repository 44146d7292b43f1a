#include "engine/dedup.hpp"

#include <algorithm>
#include <map>

#include "engine/value_bytes.hpp"

namespace tocsin::engine {

using events::AlertState;
using Change = Dedup::Change;

namespace {

std::string bytes_of(const events::Value& value) {
  std::string bytes;
  put_value(bytes, value);
  return bytes;
}

void identify(const rules::RulePlan& plan, Output& output) {
  const Dedup& dedup = *output.dedup;
  output.message.id = output_id({plan.name, output.place, &output.key, output.position.time, dedup.fold, dedup.taken,
                                 output.message.state, output.message.repeat, dedup.window ? &*dedup.window : nullptr});
}

}  // namespace

void DedupLives::settle(const CompiledRules& rules, OutputList& outputs, std::size_t begin) {
  const auto first = outputs.begin() + static_cast<std::ptrdiff_t>(begin);
  if (std::none_of(first, outputs.end(), [](const auto& output) { return output->dedup != nullptr; })) return;
  OutputList settled;
  for (auto at = first; at != outputs.end(); ++at) {
    Output& output = **at;
    if (output.dedup == nullptr) {
      settled.push_back(*at);
      continue;
    }
    const Outputs& of = *rules.rules[output.rule].outputs;
    Dedup& dedup = *output.dedup;
    if (dedup.change == Change::leave) {
      if (!leave(rules, output, dedup.value)) continue;
    } else if (dedup.change == Change::stay) {
      output.message.state = AlertState::updated;
      output.message.alert =
          life_id(output.message.rule, output.place, dedup.value, life_of(output, dedup.value).count);
      identify(*rules.rules[output.rule].plan, output);
    } else {
      if (dedup.change == Change::move && leave(rules, *dedup.left, dedup.from)) {
        of.as_event(*dedup.left);
        settled.push_back(std::move(dedup.left));
      }
      enter(rules, output);
    }
    of.as_event(output);
    settled.push_back(*at);
  }
  outputs.erase(first, outputs.end());
  std::move(settled.begin(), settled.end(), std::back_inserter(outputs));
  if (size_ > sweep_at_ && outputs.size() > begin) sweep(rules, outputs.back()->position.time);
}

DedupLives::Life& DedupLives::life_of(const Output& output, const events::Value& value) {
  const auto [found, is_new] = places_[{output.rule, output.place}].try_emplace(bytes_of(value));
  if (is_new) ++size_;
  return found->second;
}

void DedupLives::enter(const CompiledRules& rules, Output& output) {
  const Dedup& dedup = *output.dedup;
  Life& life = life_of(output, dedup.value);
  if (is_over(life, dedup.forget, output.position.time)) life.count = 0;
  const bool begins = life.keys++ == 0;
  if (begins) ++life.count;
  output.message.state = begins ? AlertState::firing : AlertState::updated;
  output.message.alert = life_id(output.message.rule, output.place, dedup.value, life.count);
  identify(*rules.rules[output.rule].plan, output);
}

bool DedupLives::leave(const CompiledRules& rules, Output& output, const events::Value& value) {
  Life& life = life_of(output, value);
  if (life.keys > 0 && --life.keys > 0) return false;
  life.ended = output.position.time;
  output.message.alert = life_id(rules.rules[output.rule].plan->name, output.place, value, life.count);
  return true;
}

void DedupLives::sweep(const CompiledRules& rules, events::Time now) {
  for (auto& [place, values] : places_) {
    const events::Duration forget = rules.rules[place.first].plan->forget;
    size_ -= absl::erase_if(values, [&](const auto& each) { return is_over(each.second, forget, now); });
  }
  sweep_at_ = std::max<std::size_t>(1024, 2 * size_);
}

void DedupLives::write(const CompiledRules& rules, std::uint32_t rule, events::Time now, std::string& out) const {
  std::map<std::pair<std::uint32_t, std::string>, Life> lives;
  for (const auto& [place, values] : places_)
    if (place.first == rule)
      for (const auto& [value, life] : values)
        if (!is_over(life, rules.rules[rule].plan->forget, now)) lives.emplace(std::pair(place.second, value), life);
  events::put(out, static_cast<std::uint32_t>(lives.size()));
  for (const auto& [at, life] : lives) {
    events::put(out, at.first);
    events::put_text(out, at.second);
    events::put(out, life.count);
    events::put(out, life.keys);
    events::put(out, life.ended.ns);
  }
}

bool DedupLives::read(const CompiledRules& rules, std::uint32_t rule, std::string_view bytes) {
  events::ByteReader in{bytes};
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    const auto place = in.get<std::uint32_t>();
    std::string value(in.text());
    Life life;
    life.count = in.get<std::uint64_t>();
    life.keys = in.get<std::uint64_t>();
    life.ended = {in.get<std::int64_t>()};
    if (!in.good || place >= rules.rules[rule].plan->outputs.size() || life.count == 0) return false;
    if (!places_[{rule, place}].emplace(std::move(value), life).second) return false;
    ++size_;
  }
  return in.good && bytes.empty();
}

}  // namespace tocsin::engine
