// Which fields and steps a rule reads: what the decoder stores for it, and what its fingerprint names.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "rules/plan.hpp"

namespace tocsin::rules {

/// The types of a side's events, sorted, each once.
std::vector<events::TypeId> types_of(const Side& side);

/// Field indices by type: those of key, conditions and outputs.
std::map<events::TypeId, std::set<std::uint32_t>> fields_read(const RulePlan& plan);

/// By step: whether a condition, an output or `after match` reads it, or a step of the same name.
std::vector<bool> steps_read(const RulePlan& plan);

/// Types of the stream tables that its expressions look up, sorted.
std::vector<events::TypeId> tables_read(const RulePlan& plan);

/// A table, and which of its fields are looked up.
struct LookedUp {
  std::shared_ptr<const Table> table{};
  std::set<std::uint32_t> fields{};
};
/// The tables that its expressions look up, of files too, by name.
std::map<std::string, LookedUp> looked_up(const RulePlan& plan);
/// Their names, sorted.
std::vector<std::string> tables_named(const RulePlan& plan);

/// How many values a run keeps for turns that are read from the last one on.
std::size_t turns_kept(const RulePlan& plan);

}  // namespace tocsin::rules
