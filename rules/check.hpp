// What the stages of check() share: the rule set in the making, and how they report.
//
// Syntax trees → Draft (names gathered) → types → constants, functions → layers → rules, lower layers first → tests →
// RuleSet. A stage never judges what an earlier one found wrong: it meets kNoType, a bad field or an empty optional,
// and keeps quiet. Reference: the language reference, "Declarations". One thread; the trees outlive the draft.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "rules/compile.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::rules::checking {

/// An `emit` with its expressions, until its type is settled. An empty value was reported.
struct Emission {
  std::size_t rule = 0;    ///< index into Draft::rules
  std::size_t output = 0;  ///< index into RulePlan::outputs
  const syntax::Emit* written = nullptr;
  std::vector<std::optional<Expr>> values;  ///< parallel to written->fields
};

struct FieldDraft {
  Span place;        ///< of its name
  bool bad = false;  ///< its type isn't known: what reads it is not judged
};

/// Beside the schema's type of the same index.
struct TypeDraft {
  Span place;  ///< of the name where it is declared or first emitted
  bool declared = false;
  bool broken = false;                     ///< it may have more fields than are known
  bool used = false;                       ///< some rule or test names it
  std::vector<FieldDraft> fields;          ///< parallel to EventType::fields
  std::vector<std::size_t> emitters;       ///< rules, in order of Draft::rules, each once
  std::optional<std::size_t> alerts_of{};  ///< the rule whose alerts these are: a type `alert.rule`
  std::vector<Emission> emissions;         ///< of a type that isn't declared; empty once it is settled
};

/// A group that isn't mere parentheses.
struct GroupDraft {
  bool optional = false;  ///< it may be left out
  bool looped = false;    ///< it may have several turns
};

/// A side of an `or` or `and` that a step or a condition stands in.
struct SideDraft {
  std::uint32_t split = 0;  ///< index into RuleDraft::splits
  std::uint32_t side = 0;   ///< from the left
  bool operator==(const SideDraft&) const = default;
};
enum class Split : std::uint8_t { either, both };  ///< `or` and `and` that aren't one step with several types

struct AbsenceDraft {
  const syntax::Absent* written = nullptr;
  Span place;
  std::vector<Span> fit_places;  ///< parallel to Absent::fits
};

/// A condition as it stands in the plan, for warnings.
struct JudgedCondition {
  const syntax::EventRef* written = nullptr;
  events::TypeId type = events::kNoType;  ///< one of its types
  std::optional<std::uint32_t> own{};     ///< the step it belongs to; empty: an absence's, or a `resolve`'s
  Expr expr{};
};

/// What comes up while a window rule's expressions are judged.
struct WindowDraft {
  WindowPlan* plan = nullptr;
  bool aggregated = false;    ///< some aggregate stands in it
  bool absent_right = false;  ///< rows may lack the event of side 1
  /// Fields of sides that stand in no aggregate: their places, and as they are written.
  std::vector<std::pair<Span, std::string>> alone{};
};

struct RuleDraft {
  const syntax::Rule* written = nullptr;
  const syntax::Match* match = nullptr;
  const syntax::From* from = nullptr;
  const syntax::By* by = nullptr;
  const syntax::Within* within = nullptr;
  const syntax::AfterMatch* after = nullptr;
  const syntax::LimitRuns* limit = nullptr;
  const syntax::LimitMatches* limit_matches = nullptr;
  const syntax::LimitMemory* limit_memory = nullptr;
  Span limit_memory_place{};
  const syntax::Forget* forget = nullptr;
  const syntax::Throttle* throttle = nullptr;
  const syntax::Window* window = nullptr;
  Span window_place{};
  const syntax::When* when = nullptr;
  const syntax::Every* every = nullptr;
  const syntax::Rollup* rollup = nullptr;
  const syntax::Late* late = nullptr;
  const syntax::Tags* tags = nullptr;
  const syntax::Owner* owner = nullptr;
  const syntax::Runbook* runbook = nullptr;
  const syntax::Priority* priority = nullptr;
  const syntax::Shadow* shadow = nullptr;
  const syntax::Disabled* disabled = nullptr;
  std::vector<const syntax::Clause*> outputs;  ///< alerts, emits and actions, as written
  bool partial = false;  ///< something of it is missing or can't be used yet: what can't be found is not reported
  std::vector<events::TypeId> reads;          ///< types that pattern, `from` and `resolve` name, sorted
  std::vector<events::TypeId> table_types;    ///< of the stream tables that it names, sorted
  std::vector<events::TypeId> patterns;       ///< of them those that the pattern sees: those of `from`, else its own
  std::vector<Span> step_places;              ///< by step
  std::vector<std::vector<Span>> fit_places;  ///< by step, parallel to Step::fits: where the type is named
  std::vector<AbsenceDraft> absences;         ///< of its pattern, in the order of writing
  std::vector<Span> group_places;             ///< by group
  std::vector<GroupDraft> groups;             ///< of its pattern, outer before inner
  std::vector<std::vector<std::uint32_t>> groups_around;  ///< by step: the groups it stands in, outer before inner
  std::vector<Split> splits;                              ///< of its pattern, outer before inner
  std::vector<std::vector<SideDraft>> sides_around;       ///< by step: the sides it stands in, outer before inner
  std::vector<JudgedCondition> conditions;
  WindowDraft window_draft;
  std::uint32_t layer = 0;
  RulePlan plan;
};

/// How far a constant or function is judged: one that is met while it is being judged needs itself.
enum class Judged : std::uint8_t { no, now, done };

/// A `let`.
struct ConstantDraft {
  Span place;                   ///< of its name
  std::optional<Expr> value{};  ///< a constant; empty: there is something wrong with it, and it is reported
  bool used = false;
  const syntax::LetDecl* written = nullptr;
  Judged judged = Judged::no;
};

/// A `fn`: put in where it is called.
struct FunctionDraft {
  Span place;  ///< of its name
  const syntax::FnDecl* written = nullptr;
  std::vector<std::optional<events::Type>> parameters{};  ///< empty: of no known type, which is reported
  bool good = false;                                      ///< its body may be put in
  bool used = false;
  Judged judged = Judged::no;
};

/// A `table`.
struct TableDraft {
  Span place;  ///< of its name
  const syntax::TableDecl* written = nullptr;
  std::shared_ptr<Table> table = std::make_shared<Table>();
  std::vector<FieldDraft> fields{};  ///< parallel to Table::fields
  bool bad = false;                  ///< something about it is reported: its key isn't judged
  bool used = false;
  Judged judged = Judged::no;
};

struct Draft {
  const std::vector<syntax::Tree>& trees;
  const Sources& sources;
  Diagnostics& diagnostics;
  const ReadFile& read;
  bool incomplete = false;         ///< declarations may be missing: only near misses of names are reported
  events::Schema schema{};         ///< types by name
  std::vector<TypeDraft> types{};  ///< parallel to schema.types
  std::vector<RuleDraft> rules{};  ///< by name, then as written
  std::vector<TestPlan> tests{};
  std::unordered_map<std::string, events::TypeId> type_ids{};
  std::unordered_map<std::string, std::size_t> rule_ids{};
  std::map<std::string, ConstantDraft> constants{};        ///< by name
  std::map<std::string, FunctionDraft> functions{};        ///< by name
  std::map<std::string, TableDraft> tables{};              ///< by name
  std::string zone{};                                      ///< of `let zone`: RuleSet::zone
  std::size_t copies = 0;                                  ///< parts of expressions that functions and `between` copied
  std::size_t depth = 0;                                   ///< of expressions in expressions, where they are judged
  std::unordered_map<std::string, std::size_t> unknown{};  ///< kind and name → its diagnostic

  events::TypeId type_called(const std::string& name) const;
  TypeDraft& of(events::TypeId type) { return types[events::index_of(type)]; }
};

// ---- reporting

Diagnostic& error(Draft& draft, const char* code, Span span, std::string message, std::string label = {});
Diagnostic& warning(Draft& draft, const char* code, Span span, std::string message, std::string label = {});
void help(Diagnostic& diagnostic, std::string text);
void help(Diagnostic& diagnostic, std::string text, Span span, std::string replacement);
void also(Diagnostic& diagnostic, Span span, std::string label);
/// Adds "a … with a similar name exists" where one of `candidates` is near to `name`. Tells whether there was one.
bool did_you_mean(Diagnostic& diagnostic, const syntax::Name& name, const std::vector<std::string>& candidates,
                  std::string_view kind);
/// `name` in back quotes.
std::string quoted(std::string_view name);
/// ASCII letters small.
std::string lowered(std::string text);
/// "an int", "a float"
std::string a_type(events::Type type);
/// "`a`, `b` and `c`"
std::string listed(const std::vector<std::string>& names);

// ---- names that more than one stage looks up; unknown ones are reported

events::TypeId find_type(Draft& draft, const syntax::Name& name);
std::optional<std::size_t> find_rule(Draft& draft, const syntax::Name& name);
// These three are in check_constant.cpp.
/// Marks it as used. Null: there is none, which is reported, or it is bad.
const Expr* find_constant(Draft& draft, const syntax::Name& name);
/// Empty: reported.
std::optional<events::Duration> duration_of(Draft& draft, const syntax::DurationOf& written);
std::optional<std::uint64_t> count_of(Draft& draft, const syntax::CountOf& written);
/// Empty also where the field is known but of no known type, or the type is broken; only what is unknown is reported.
std::optional<std::uint32_t> find_field(Draft& draft, events::TypeId type, const syntax::Name& name);

// ---- stages, in their order

/// Event types (declared and emitted) and rules by name; no name twice.
void gather_names(Draft& draft);
/// A rule's clauses to their places, each once.
void sort_clauses(Draft& draft, RuleDraft& rule);
/// Which types the rule reads and emits. All names must be gathered.
void link_rule(Draft& draft, std::size_t rule);
/// Calls `visit` with every event type's name that the rule's pattern, `from`, key and `resolve` name.
void each_type_name(const RuleDraft& rule, const std::function<void(const syntax::Name&)>& visit);
/// Fields of the declared types.
void declare_types(Draft& draft);
/// Fields of `type`, which stands for an event type or a table: `kind` says which.
void declare_fields(Draft& draft, std::string_view kind, events::EventType& type, TypeDraft& known,
                    const std::vector<syntax::FieldDecl>& written);
/// The type that is written; empty: there is none, which is reported.
std::optional<events::Type> check_type(Draft& draft, const syntax::TypeOf& written);
/// Values of constants, bodies of functions, but for those that look up what rules emit.
void check_declarations(Draft& draft);
/// Bodies of the functions that no rule called.
void check_functions(Draft& draft);
/// Each rule's layer; circles are reported and what they emit is taken as broken.
void find_layers(Draft& draft);
/// Pattern, key, outputs. Rules that emit what it reads must have been checked.
void check_rule(Draft& draft, std::size_t rule);
/// Gives a type that isn't declared its fields, and its emissions their places in them.
void settle_type(Draft& draft, events::TypeId type);
void check_tests(Draft& draft);
/// Turns read from the last one on, of a set without errors: not more than runs can keep.
void check_turns_kept(Draft& draft);
/// Sets Field::stored of what rules read.
void mark_stored(Draft& draft);
/// Warns of what rules hardly mean; of a set without errors.
void lint_rules(Draft& draft);
/// Judges the table's key, once. Tells whether it is good. A stream table's type must have its fields.
bool judge_table(Draft& draft, TableDraft& table);
/// Warns of declared types that nothing names.
void lint_unused(Draft& draft);
/// Warns of constants and functions that nothing uses.
void lint_declarations(Draft& draft);

}  // namespace tocsin::rules::checking
