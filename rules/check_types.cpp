// Event declarations → the schema's types: fields with their types and places in the data, and wire names.
//
// Nested objects are laid flat: a field `inner` of the object `outer` is the field `outer.inner`. JSON pointers are
// those of RFC 6901.
#include <array>
#include <map>

#include "rules/check.hpp"

namespace tocsin::rules::checking {
namespace {

const std::vector<std::string> kTypeNames = {"bool", "int", "float", "string", "time", "duration", "severity"};

/// What types are called elsewhere, in small letters.
std::string_view type_meant(std::string_view name) {
  constexpr std::array<std::array<std::string_view, 2>, 17> kElsewhere = {{
      {"boolean", "bool"},
      {"integer", "int"},
      {"long", "int"},
      {"number", "float"},
      {"double", "float"},
      {"real", "float"},
      {"decimal", "float"},
      {"str", "string"},
      {"text", "string"},
      {"varchar", "string"},
      {"datetime", "time"},
      {"timestamp", "time"},
      {"date", "time"},
      {"instant", "time"},
      {"interval", "duration"},
      {"timedelta", "duration"},
      {"period", "duration"},
  }};
  for (const auto& [theirs, ours] : kElsewhere)
    if (theirs == name) return ours;
  return {};
}

std::optional<events::Type> type_named(Draft& draft, const syntax::Name& name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i)
    if (kTypeNames[i] == name.text) return static_cast<events::Type>(i);
  Diagnostic& problem =
      error(draft, "E0209", name.span, "no type of fields is called " + quoted(name.text), "unknown type");
  if (name.text == "list")
    help(problem, "a list says what of: `list<float>`");
  else if (const std::string_view meant = type_meant(lowered(name.text)); !meant.empty())
    help(problem, "it is called so here", name.span, std::string(meant));
  else if (!did_you_mean(problem, name, kTypeNames, "a type"))
    help(problem, "the types are " + listed(kTypeNames) + ", `list<T>`, and `{ name: type }` for an object");
  return std::nullopt;
}

/// The tokens of a pointer; empty where it is none.
std::vector<std::string> pointer_tokens(std::string_view pointer) {
  if (pointer.empty() || pointer.front() != '/') return {};
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] != '~') {
      tokens.back() += pointer[i];
    } else {
      ++i;
      if (i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return {};
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return tokens;
}

/// What the fields of one object share.
struct Object {
  std::string name{};               ///< with a dot behind it; empty: the event itself
  std::vector<std::string> path{};  ///< in the event's data
  bool optional = false;            ///< it may be absent, and so may what is in it
};

/// Where a field without a place of its own lies: in its object, under its name.
std::vector<std::string> path_of(Draft& draft, const syntax::FieldDecl& field, const Object& in) {
  std::vector<std::string> path = in.path;
  path.push_back(field.name.text);
  if (!field.pointer) return path;
  std::vector<std::string> tokens = pointer_tokens(*field.pointer);
  if (!tokens.empty()) return tokens;
  Diagnostic& problem =
      error(draft, "E0210", field.pointer_span, "this is no JSON pointer to a field of the data", "not a JSON pointer");
  if (!field.pointer->empty() && field.pointer->front() != '/' && field.pointer->find('~') == std::string::npos)
    help(problem, "a pointer begins with `/`, and has one before each name", field.pointer_span,
         "\"/" + *field.pointer + "\"");
  else
    help(problem, "`/data/value` is the field `value` of the object `data`; `~0` stands for `~`, `~1` for `/`");
  return path;
}

struct DeclareFields {
  Draft& draft;
  events::EventType& type;
  TypeDraft& known;
  std::string_view kind = "event type";
  std::map<std::string, Span> names{};  ///< of fields and of objects

  bool is_new(const syntax::FieldDecl& field, const std::string& name) {
    const auto [first, added] = names.try_emplace(name, field.name.span);
    if (added) return true;
    Diagnostic& problem = error(draft, "E0208", field.name.span,
                                std::string(kind) + " " + quoted(type.name) + " has two fields " + quoted(name),
                                "declared a second time");
    also(problem, first->second, "first declared here");
    return false;
  }

  void fields(const std::vector<syntax::FieldDecl>& written, const Object& in) {
    for (const syntax::FieldDecl& field : written) {
      const std::string name = in.name + field.name.text;
      if (!is_new(field, name)) continue;
      std::vector<std::string> path = path_of(draft, field, in);
      const bool optional = in.optional || field.optional;
      if (const auto* inner = std::get_if<std::vector<syntax::FieldDecl>>(&field.type.node)) {
        fields(*inner, {name + ".", std::move(path), optional});
        continue;
      }
      const std::optional<events::Type> of = check_type(draft, field.type);
      known.fields.push_back({field.name.span, !of});
      type.fields.push_back({name, of.value_or(events::Type::boolean), optional, std::move(path)});
    }
  }
};

void claim_wire(Draft& draft, std::map<std::string, Span>& wires, const std::string& wire, Span place) {
  const auto [first, is_new] = wires.try_emplace(wire, place);
  if (is_new) return;
  Diagnostic& problem = error(draft, "E0211", place, "two event types are called " + quoted(wire) + " on the wire",
                              "an event of this name could be of either type");
  also(problem, first->second, "the other one");
}

}  // namespace

std::optional<events::Type> check_type(Draft& draft, const syntax::TypeOf& written) {
  if (const auto* name = std::get_if<syntax::Name>(&written.node)) return type_named(draft, *name);
  const auto* element = std::get_if<syntax::Box<syntax::TypeOf>>(&written.node);
  if (!element) {
    Diagnostic& problem =
        error(draft, "E0209", written.span, "an object can't stand here", "not of an event's own fields");
    help(problem, "lists and parameters are of types without names in them, such as `list<float>`");
    return std::nullopt;
  }
  const std::optional<events::Type> of = check_type(draft, **element);
  if (!of || events::list_depth(*of) < events::kMaxListDepth) return of ? std::optional(events::list_of(*of)) : of;
  error(draft, "E0209", written.span, "lists stand in lists no deeper than " + std::to_string(events::kMaxListDepth),
        "nested too deeply");
  return std::nullopt;
}

void declare_fields(Draft& draft, std::string_view kind, events::EventType& type, TypeDraft& known,
                    const std::vector<syntax::FieldDecl>& written) {
  DeclareFields{draft, type, known, kind}.fields(written, {});
}

void declare_types(Draft& draft) {
  std::map<std::string, Span> wires;
  for (const syntax::Tree& tree : draft.trees) {
    for (const syntax::Declaration& declaration : tree.declarations) {
      const auto* event = std::get_if<syntax::EventDecl>(&declaration.node);
      if (!event) continue;
      const events::TypeId id = draft.type_called(event->name.text);
      if (id == events::kNoType || draft.of(id).place.begin != event->name.span.begin ||
          draft.of(id).place.file != event->name.span.file)
        continue;  // a second declaration of the name
      events::EventType& type = draft.schema.types[events::index_of(id)];
      const Span wire_span = event->wire ? event->wire_span : event->name.span;
      if (event->wire) type.wire = *event->wire;
      if (type.wire.empty())
        error(draft, "E0218", wire_span, "an event type's name on the wire can't be empty", "empty");
      claim_wire(draft, wires, type.wire, wire_span);
      DeclareFields{draft, type, draft.of(id)}.fields(event->fields, {});
    }
  }
  for (std::size_t i = 0; i < draft.types.size(); ++i)
    if (!draft.types[i].declared) claim_wire(draft, wires, draft.schema.types[i].wire, draft.types[i].place);
}

}  // namespace tocsin::rules::checking
