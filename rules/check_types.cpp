// Event declarations → the schema's types: fields with their types and places in the data, and wire names.
//
// JSON pointers are those of RFC 6901.
#include <map>

#include "rules/check.hpp"

namespace tocsin::rules::checking {
namespace {

const std::vector<std::string> kTypeNames = {"bool", "int", "float", "string", "time", "duration"};

std::optional<events::Type> type_named(Draft& draft, const syntax::Name& name) {
  for (std::size_t i = 0; i < kTypeNames.size(); ++i)
    if (kTypeNames[i] == name.text) return static_cast<events::Type>(i);
  if (name.text == "severity" || name.text == "list") {
    error(draft, "E0901", name.span, "fields of type " + quoted(name.text) + " can't be used yet",
          "not available in this version");
    return std::nullopt;
  }
  Diagnostic& problem =
      error(draft, "E0209", name.span, "no type of fields is called " + quoted(name.text), "unknown type");
  if (!did_you_mean(problem, name, kTypeNames, "a type")) help(problem, "the types are " + listed(kTypeNames));
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

std::vector<std::string> path_of(Draft& draft, const syntax::FieldDecl& field) {
  if (!field.pointer) return {field.name.text};
  std::vector<std::string> tokens = pointer_tokens(*field.pointer);
  if (tokens.empty()) {
    Diagnostic& problem = error(draft, "E0210", field.pointer_span, "this is no JSON pointer to a field of the data",
                                "not a JSON pointer");
    if (!field.pointer->empty() && field.pointer->front() != '/' && field.pointer->find('~') == std::string::npos)
      help(problem, "a pointer begins with `/`, and has one before each name", field.pointer_span,
           "\"/" + *field.pointer + "\"");
    else
      help(problem, "`/data/value` is the field `value` of the object `data`; `~0` stands for `~`, `~1` for `/`");
  }
  return tokens;
}

void declare_fields(Draft& draft, const syntax::EventDecl& event, events::EventType& type, TypeDraft& known) {
  for (const syntax::FieldDecl& field : event.fields) {
    if (const int first = type.find(field.name.text); first >= 0) {
      Diagnostic& problem = error(draft, "E0208", field.name.span,
                                  "event type " + quoted(type.name) + " has two fields " + quoted(field.name.text),
                                  "declared a second time");
      also(problem, known.fields[static_cast<std::size_t>(first)].place, "first declared here");
      continue;
    }
    std::optional<events::Type> of;
    if (const auto* name = std::get_if<syntax::Name>(&field.type)) of = type_named(draft, *name);
    known.fields.push_back({field.name.span, !of});
    type.fields.push_back(
        {field.name.text, of.value_or(events::Type::boolean), field.optional, path_of(draft, field), false});
  }
}

void claim_wire(Draft& draft, std::map<std::string, Span>& wires, const std::string& wire, Span place) {
  const auto [first, is_new] = wires.try_emplace(wire, place);
  if (is_new) return;
  Diagnostic& problem = error(draft, "E0211", place, "two event types are called " + quoted(wire) + " on the wire",
                              "an event of this name could be of either type");
  also(problem, first->second, "the other one");
}

}  // namespace

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
      declare_fields(draft, *event, type, draft.of(id));
    }
  }
  for (std::size_t i = 0; i < draft.types.size(); ++i)
    if (!draft.types[i].declared) claim_wire(draft, wires, draft.schema.types[i].wire, draft.types[i].place);
}

}  // namespace tocsin::rules::checking
