// The syntax tree as indented text: a node a line, with its place as line:column.
#include <algorithm>
#include <vector>

#include "rules/syntax.hpp"
#include "rules/syntax_dump_lines.hpp"

namespace tocsin::rules::syntax {
namespace {

std::string joined(const std::vector<Name>& names, std::string_view between) {
  std::string out;
  for (const Name& name : names) out.append(out.empty() ? "" : between).append(name.text);
  return out;
}

std::string text_of_type(const TypeOf& type) {
  if (const auto* name = std::get_if<Name>(&type.node)) return name->text;
  if (const auto* element = std::get_if<Box<TypeOf>>(&type.node)) return "list<" + text_of_type(**element) + ">";
  return "{…}";
}

std::string text_of(const std::optional<Quantifier>& quantifier) {
  if (!quantifier) return "";
  constexpr std::string_view kGreed[] = {"", " reluctant", " possessive"};
  const std::string min = text_of(quantifier->min);
  const std::string max = quantifier->max ? text_of(*quantifier->max) : "";
  const std::string times = quantifier->max && max == min ? min : min + "," + max;
  return " {" + times + "}" + std::string(kGreed[static_cast<std::size_t>(quantifier->greed)]);
}

/// Without its `until`, which has a line of its own.
std::string text_of(const Loop& loop) {
  return std::string(loop.strict ? " strict" : "") + (loop.any ? " any" : "") +
         (loop.gap ? " gap " + text_of(*loop.gap) : "");
}

std::string arrow_of(const Element& element) {
  if (!element.arrow) return "";
  constexpr std::string_view kSigns[] = {"->", "=>", "~>"};
  std::string out{kSigns[static_cast<std::size_t>(*element.arrow)]};
  if (element.bound) {
    const std::string least = element.bound->least ? text_of(*element.bound->least) + ", " : "";
    out += "[" + least + text_of(element.bound->most) + "]";
  }
  return out + " ";
}

std::string text_of(const EventRef& event) { return event.any ? "_" : joined(event.types, "|"); }

std::string text_of(const AfterMatch& node) {
  constexpr std::string_view kPolicies[] = {"skip past last", "skip to next", "skip to first", "skip to last", "keep"};
  return std::string(kPolicies[static_cast<std::size_t>(node.policy)]) + (node.step ? " " + node.step->text : "");
}

class Dumper : DumpLines {
 public:
  explicit Dumper(const rules::Source& source) : DumpLines(source) {}

  std::string run(const Tree& tree) {
    for (const Declaration& declaration : tree.declarations)
      std::visit([&](const auto& node) { show(node, declaration.span); }, declaration.node);
    for (const Comment& comment : tree.comments) line("comment", comment.span);
    return take();
  }

 private:
  // ---- declarations

  void show(const NotYet& node, const Span& span) {
    line("not yet: " + node.what + (node.declares.empty() ? "" : " declares " + joined(node.declares, ", ")), span);
  }

  void show(const EventDecl& node, const Span& span) {
    line("event " + node.name.text + (node.wire ? " " + quoted_text(*node.wire) : "") + (node.broken ? " broken" : ""),
         span);
    inside([&] { show(node.fields); });
  }
  void show(const std::vector<FieldDecl>& fields) {
    for (const FieldDecl& field : fields) {
      line("field " + field.name.text + ": " + text_of_type(field.type) + (field.optional ? "?" : "") +
               (field.pointer ? " from " + quoted_text(*field.pointer) : ""),
           field.span);
      if (const auto* nested = std::get_if<std::vector<FieldDecl>>(&field.type.node)) inside([&] { show(*nested); });
    }
  }

  void show(const LetDecl& node, const Span& span) {
    line("let " + node.name.text + (node.broken ? " broken" : ""), span);
    if (!node.broken) inside([&] { show(node.value); });
  }
  void show(const FnDecl& node, const Span& span) {
    line("fn " + node.name.text + (node.broken ? " broken" : ""), span);
    inside([&] {
      for (const FnDecl::Parameter& parameter : node.parameters)
        line("parameter " + parameter.name.text + ": " + text_of_type(parameter.type) + (parameter.optional ? "?" : ""),
             parameter.name.span);
      if (!node.broken) show(node.body);
    });
  }

  void show(const TableDecl& node, const Span& span) {
    const auto* file = std::get_if<TableDecl::File>(&node.from);
    line("table " + node.name.text + " from " + (file ? quoted_text(file->path) : std::get<Name>(node.from).text) +
             " key " + joined(node.key, ", ") + (node.broken ? " broken" : ""),
         span);
    inside([&] { show(node.fields); });
  }

  void show(const Rule& node, const Span& span) {
    line("rule " + node.name.text + (node.description ? " " + quoted_text(*node.description) : "") +
             (node.broken ? " broken" : ""),
         span);
    inside([&] {
      for (const Clause& clause : node.clauses)
        std::visit([&](const auto& read) { show(read, clause.span); }, clause.node);
    });
  }

  void show(const Test& node, const Span& span) {
    line("test " + node.rule.text + " " + quoted_text(node.title) + (node.broken ? " broken" : ""), span);
    inside([&] {
      for (const auto& item : node.items) std::visit([&](const auto& read) { show(read, read.span); }, item);
    });
  }

  // ---- clauses

  void show(const Match& node, const Span& span) {
    line(std::string("match") + (node.all ? " all" : "") + (node.up_to ? " up to " + text_of(*node.up_to) : ""), span);
    inside([&] { show(node.pattern.elements); });
  }
  void show(const From& node, const Span& span) {
    line("from", span);
    inside([&] {
      for (const Source& source : node.sources) show("", source);
      for (const Join& join : node.joins) show(join);
    });
  }
  void show(const std::string& manner, const Source& source) {
    line(manner + text_of(source.event) + (source.alias ? " as " + source.alias->text : ""), source.span);
    inside([&] { condition(source.event); });
  }
  void show(const Join& node) {
    line(std::string(node.left ? "left " : "") + "join" + (node.last ? " last" : "") +
             (node.within ? " within " + text_of(*node.within) : ""),
         node.span);
    inside([&] {
      show("", node.source);
      if (!node.on) return;
      line("on", node.on->span);
      inside([&] { show(*node.on); });
    });
  }
  void show(const Window& node, const Span& span) {
    constexpr std::string_view kKinds[] = {"tumbling", "sliding", "session", "rolling", "last", "batch", "global"};
    std::string text = "window " + std::string(kKinds[static_cast<std::size_t>(node.kind)]);
    if (node.size) text += " " + text_of(*node.size);
    if (node.count) text += " " + text_of(*node.count);
    if (node.every) text += (node.kind == Window::Kind::rolling ? " step " : " every ") + text_of(*node.every);
    if (node.zone) text += " in " + quoted_text(*node.zone);
    line(text, span);
  }
  void show(const When& node, const Span& span) {
    line("when", span);
    inside([&] { show(node.condition); });
  }
  void show(const Every& node, const Span& span) {
    const auto* count = std::get_if<CountOf>(&node.period);
    line("every " + (count ? text_of(*count) + " events" : text_of(std::get<DurationOf>(node.period))), span);
  }
  void show(const Rollup& node, const Span& span) {
    std::string text = "rollup";
    for (const DurationOf& grain : node.grains) text += " " + text_of(grain);
    line(text, span);
  }
  void show(const Late& node, const Span& span) { line("late " + text_of(node.span), span); }
  void show(const By& node, const Span& span) {
    line("by", span);
    inside([&] {
      for (const KeyPart& part : node.parts) show(part);
    });
  }
  void show(const KeyPart& part) {
    std::string text;
    if (const auto* name = std::get_if<Name>(&part.node)) text = name->text;
    if (const auto* typed = std::get_if<std::vector<KeyPart::Typed>>(&part.node))
      for (const KeyPart::Typed& side : *typed)
        text += (text.empty() ? "" : " == ") + side.type.text + "." + side.field.text;
    const auto* computed = std::get_if<NamedExpr>(&part.node);
    if (computed) text = computed->name.text + " =";
    line("key " + text, part.span);
    if (computed) inside([&] { show(computed->expr); });
  }
  void show(const Within& node, const Span& span) { line("within " + text_of(node.bound), span); }
  void show(const AfterMatch& node, const Span& span) { line("after match " + text_of(node), span); }
  void show(const LimitRuns& node, const Span& span) { line("limit runs " + text_of(node.runs), span); }
  void show(const LimitMatches& node, const Span& span) { line("limit matches " + text_of(node.matches), span); }
  void show(const LimitMemory& node, const Span& span) { line("limit memory " + std::to_string(node.bytes), span); }
  void show(const Forget& node, const Span& span) { line("forget " + text_of(node.span), span); }
  void show(const Throttle& node, const Span& span) {
    line("throttle " + text_of(node.count) + " per " + text_of(node.per), span);
    inside([&] {
      for (const Expr& each : node.each) show(each);
    });
  }
  void show(const Tags& node, const Span& span) {
    std::string text = "tags";
    for (const std::string& tag : node.tags) text += " " + quoted_text(tag);
    line(text, span);
  }
  void show(const Owner& node, const Span& span) { line("owner " + quoted_text(node.text), span); }
  void show(const Runbook& node, const Span& span) { line("runbook " + quoted_text(node.text), span); }
  void show(const Priority& node, const Span& span) { line("priority " + std::to_string(node.value), span); }
  void show(const Shadow&, const Span& span) { line("shadow", span); }
  void show(const Disabled&, const Span& span) { line("disabled", span); }

  void show(const Alert& node, const Span& span) {
    line(node.timeout ? "timeout alert" : "alert", span);
    inside([&] {
      show(node.severity);
      dump_message(*this, node.message);
      show(node.fields);
      show(node.condition);
      if (node.resolve) show(*node.resolve);
      if (node.hold) line("hold " + text_of(*node.hold), node.hold_span);
      if (node.keep) line("keep " + text_of(*node.keep), node.keep_span);
      if (!node.dedup) return;
      line("dedup by", node.dedup_span);
      inside([&] { show(*node.dedup); });
    });
  }
  void show(const Resolve& node) {
    line((node.events.empty() ? "resolve after "
          : node.span         ? "resolve not for "
                              : "resolve") +
             (node.span ? text_of(*node.span) : ""),
         node.place);
    inside([&] {
      for (const EventRef& event : node.events) show(event);
    });
  }
  void show(const Emit& node, const Span& span) {
    line((node.timeout ? "timeout emit " : "emit ") + node.type.text, span);
    inside([&] {
      show(node.fields);
      show(node.condition);
    });
  }
  void show(const Action& node, const Span& span) {
    line((node.timeout ? "timeout action " : "action ") + node.name.text, span);
    inside([&] {
      show(node.fields);
      show(node.condition);
    });
  }
  void show(const std::vector<NamedExpr>& fields) {
    for (const NamedExpr& field : fields) {
      line("field " + field.name.text, field.name.span);
      inside([&] { show(field.expr); });
    }
  }
  void show(const std::optional<Expr>& condition) {
    if (!condition) return;
    line("only if", condition->span);
    inside([&] { show(*condition); });
  }
  void show(const Expr& expr) { dump_expression(*this, expr); }

  // ---- patterns

  void show(const std::vector<Element>& elements) {
    for (const Element& element : elements)
      std::visit([&](const auto& node) { show(arrow_of(element), node, element.span); }, element.node);
  }
  void show(const std::string& arrow, const Step& node, const Span& span) {
    line(arrow + "step " + (node.name ? node.name->text + ": " : "") + text_of(node.event) + text_of(node.quantifier) +
             text_of(node.loop),
         span);
    inside([&] {
      condition(node.event);
      until(node.loop);
    });
  }
  void show(const std::string& arrow, const Absent& node, const Span& span) {
    const auto* time = node.span ? std::get_if<DurationOf>(&*node.span) : nullptr;
    line(arrow + "not" + (time ? " for " + text_of(*time) : "") + (node.every ? " every " + text_of(*node.every) : ""),
         span);
    inside([&] {
      for (const EventRef& event : node.events) show(event);
      if (node.span && !time) {
        line("for", node.for_span);
        inside([&] { show(std::get<Expr>(*node.span)); });
      }
    });
  }
  void show(const std::string& arrow, const Group& node, const Span& span) {
    line(arrow + "group" + (node.span ? " span " + text_of(*node.span) : "") + text_of(node.quantifier) +
             text_of(node.loop),
         span);
    inside([&] {
      show(node.elements);
      until(node.loop);
    });
  }
  void show(const std::string& arrow, const Choice& node, const Span& span) {
    line(arrow + "or", span);
    inside([&] { show(node.sides); });
  }
  void show(const std::string& arrow, const Both& node, const Span& span) {
    line(arrow + "and", span);
    inside([&] { show(node.sides); });
  }
  void until(const Loop& loop) {
    if (!loop.until) return;
    line("until", loop.until->span);
    inside([&] { show(loop.until->event); });
  }
  void show(const EventRef& event) {
    line(event.types.empty() && !event.any ? "…" : text_of(event), event.span);
    inside([&] { condition(event); });
  }
  void condition(const EventRef& event) {
    if (event.condition) show(*event.condition);
  }

  // ---- tests

  void show(const TestEvent& node, const Span& span) {
    line("at " + text_of(node.at) + (node.arriving ? " arriving " + text_of(*node.arriving) : "") + " " +
             node.type.text + (node.repeat ? " x " + text_of(*node.repeat) : "") +
             (node.every ? " every " + text_of(*node.every) : ""),
         span);
    inside([&] { show(node.fields); });
  }
  void show(const TestWait& node, const Span& span) { line("at " + text_of(node.at) + " wait", span); }
  void show(const TestLoad& node, const Span& span) { line("load " + quoted_text(node.path), span); }
  void show(const TestStart& node, const Span& span) { line("start " + quoted_text(node.time), span); }
  void show(const TestLateness& node, const Span& span) { line("lateness " + text_of(node.lateness), span); }
  void show(const Expect& node, const Span& span) {
    constexpr std::string_view kWords[] = {"alert", "emit", "action", "resolved", "updated", "nothing else"};
    std::string text = "expect";
    if (node.at) text += " at " + text_of(*node.at);
    if (node.count) text += " " + text_of(*node.count);
    text.append(" ").append(kWords[static_cast<std::size_t>(node.what)]);
    if (!node.name.text.empty()) text += " " + node.name.text;
    line(text, span);
    inside([&] { show(node.fields); });
  }
};

}  // namespace

std::string dump(const Tree& tree, const rules::Source& source) { return Dumper(source).run(tree); }

}  // namespace tocsin::rules::syntax
