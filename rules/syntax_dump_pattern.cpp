// Patterns in the syntax tree's dump, and the events they and other clauses name.
#include "rules/syntax_dump_lines.hpp"

namespace tocsin::rules::syntax {
namespace {

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

class PatternDumper {
 public:
  explicit PatternDumper(DumpLines& out) : out_(out) {}

  void show(const std::vector<Element>& elements) {
    for (const Element& element : elements)
      std::visit([&](const auto& node) { show(arrow_of(element), node, element.span); }, element.node);
  }

 private:
  void show(const std::string& arrow, const Step& node, const Span& span) {
    out_.line(arrow + "step " + (node.name ? node.name->text + ": " : "") + text_of(node.event) +
                  text_of(node.quantifier) + text_of(node.loop),
              span);
    out_.inside([&] {
      condition(node.event);
      until(node.loop);
    });
  }
  void show(const std::string& arrow, const Absent& node, const Span& span) {
    const auto* time = node.span ? std::get_if<DurationOf>(&*node.span) : nullptr;
    out_.line(
        arrow + "not" + (time ? " for " + text_of(*time) : "") + (node.every ? " every " + text_of(*node.every) : ""),
        span);
    out_.inside([&] {
      for (const EventRef& event : node.events) dump_event(out_, event);
      if (node.span && !time) {
        out_.line("for", node.for_span);
        out_.inside([&] { dump_expression(out_, std::get<Expr>(*node.span)); });
      }
    });
  }
  void show(const std::string& arrow, const Group& node, const Span& span) {
    out_.line(arrow + "group" + (node.span ? " span " + text_of(*node.span) : "") + text_of(node.quantifier) +
                  text_of(node.loop),
              span);
    out_.inside([&] {
      show(node.elements);
      until(node.loop);
    });
  }
  void show(const std::string& arrow, const Choice& node, const Span& span) {
    out_.line(arrow + "or", span);
    out_.inside([&] { show(node.sides); });
  }
  void show(const std::string& arrow, const Both& node, const Span& span) {
    out_.line(arrow + "and", span);
    out_.inside([&] { show(node.sides); });
  }
  void until(const Loop& loop) {
    if (!loop.until) return;
    out_.line("until", loop.until->span);
    out_.inside([&] { dump_event(out_, loop.until->event); });
  }
  void condition(const EventRef& event) {
    if (event.condition) dump_expression(out_, *event.condition);
  }

  DumpLines& out_;
};

}  // namespace

void dump_pattern(DumpLines& out, const Pattern& pattern) { PatternDumper(out).show(pattern.elements); }

void dump_event(DumpLines& out, const EventRef& event, const std::string& behind) {
  const bool unnamed = event.types.empty() && !event.any;
  out.line((unnamed ? "…" : text_of(event)) + behind, event.span);
  if (event.condition) out.inside([&] { dump_expression(out, *event.condition); });
}

}  // namespace tocsin::rules::syntax
