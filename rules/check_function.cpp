// `fn`: a function's body is judged once with its parameters as they are declared, then put in wherever it is called.
//
// An argument stands for its parameter wherever that stands in the body: a null argument goes in as null. What copying
// costs is bounded, since a function that reads its parameter twice doubles what it is given.
#include <algorithm>

#include "rules/check_expr.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::size_t kMaxCopies = 300'000;  ///< parts of expressions, over the whole set
constexpr std::size_t kMaxParts = 10'000;    ///< of one expression with its functions put in

std::size_t parts_of(const Expr& expr) {
  std::size_t parts = 1;
  for (const Expr& arg : expr.args) parts += parts_of(arg);
  return parts;
}

/// Where the set as a whole has had enough, once.
void refuse_size(Span span, const Scope& scope) {
  const Diagnostics& all = scope.draft.diagnostics;
  const auto is_size = [](const Diagnostic& each) { return each.code == "E0111"; };
  if (scope.draft.copies > kMaxCopies && std::any_of(all.begin(), all.end(), is_size)) return;
  Diagnostic& problem = error(scope.draft, "E0111", span, "an expression that grows too long", "copied too often");
  help(problem, "a function that reads a parameter twice puts the argument in twice; so does `between`");
}

std::string text_of(const syntax::TypeOf& type) {
  if (const auto* name = std::get_if<syntax::Name>(&type.node)) return name->text;
  const auto* element = std::get_if<syntax::Box<syntax::TypeOf>>(&type.node);
  return element ? "list<" + text_of(**element) + ">" : "{ … }";
}

/// What stands for the parameters while the body is judged.
Arguments placeholders(const FunctionDraft& function) {
  Arguments arguments{&function, {}};
  for (std::size_t i = 0; i < function.parameters.size(); ++i) {
    std::optional<Expr>& value = arguments.values.emplace_back();
    if (!function.parameters[i]) continue;
    value.emplace();
    value->op = Op::field;
    value->field = static_cast<std::uint32_t>(i);
    value->type = *function.parameters[i];
    value->nullable = function.written->parameters[i].optional;
  }
  return arguments;
}

void declare_parameters(Draft& draft, FunctionDraft& function) {
  const std::vector<syntax::FnDecl::Parameter>& written = function.written->parameters;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const syntax::Name& name = written[i].name;
    function.parameters.push_back(check_type(draft, written[i].type));
    const auto same = [&](const syntax::FnDecl::Parameter& each) { return each.name.text == name.text; };
    const auto first = std::find_if(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(i), same);
    if (first != written.begin() + static_cast<std::ptrdiff_t>(i))
      also(error(draft, "E0207", name.span, "two parameters are called " + quoted(name.text), "the second one"),
           first->name.span, "the first one");
    if (const auto constant = draft.constants.find(name.text); constant != draft.constants.end()) {
      constant->second.used = true;
      also(warning(draft, "W0204", name.span, "parameter " + quoted(name.text) + " hides a constant",
                   "read instead of it"),
           constant->second.place, "the constant");
    }
  }
}

bool is_function_of_language(const std::string& name) {
  const std::vector<std::string> names = names_of_functions();
  return std::find(names.begin(), names.end(), name) != names.end();
}

void judge_body(Draft& draft, FunctionDraft& function) {
  const std::ptrdiff_t errors = std::count_if(draft.diagnostics.begin(), draft.diagnostics.end(),
                                              [](const Diagnostic& each) { return each.level == Level::error; });
  declare_parameters(draft, function);
  const Arguments arguments = placeholders(function);
  Scope scope{draft, Place::function};
  scope.arguments = &arguments;
  const std::optional<Expr> body = check_expr(function.written->body, scope);
  function.good = body && errors == std::count_if(draft.diagnostics.begin(), draft.diagnostics.end(),
                                                  [](const Diagnostic& each) { return each.level == Level::error; });
  if (!function.good || parts_of(*body) <= kMaxParts) return;
  refuse_size(function.written->body.span, scope);
  function.good = false;
}

/// The argument as its parameter's type has it; empty: reported.
std::optional<Expr> argument(FunctionDraft& function, std::size_t index, const syntax::Expr& written,
                             const Scope& scope) {
  std::optional<Expr> value = check_expr(written, scope);
  const std::optional<events::Type>& type = function.parameters[index];
  if (!value || !type || fits(*value, *type)) return value;
  if (*type == events::Type::floating && value->type == events::Type::integer) return as_float(std::move(*value));
  const syntax::FnDecl::Parameter& parameter = function.written->parameters[index];
  Diagnostic& problem =
      error(scope.draft, "E0215", written.span,
            quoted(parameter.name.text) + " is " + a_type(*type) + ", and this is " + a_type(value->type),
            std::string(events::name_of(value->type)));
  also(problem, parameter.name.span, "declared here");
  return std::nullopt;
}

/// What the body said while it was put in was said where it is declared; only a result that is always null is news.
void take_back(std::size_t before, Span span, const Scope& scope) {
  Diagnostics& all = scope.draft.diagnostics;
  const auto first = all.begin() + static_cast<std::ptrdiff_t>(before);
  const bool null = std::any_of(first, all.end(), [&](const Diagnostic& each) {
    return each.code == "W0203" && std::none_of(all.begin(), first, [&](const Diagnostic& known) {
             return known.code == each.code && known.span.file == each.span.file && known.span.begin == each.span.begin;
           });
  });
  all.erase(first, all.end());
  if (null) warning(scope.draft, "W0203", span, "a part of this is always null", "always null with these arguments");
}

}  // namespace

std::string usage_of(const syntax::FnDecl& function) {
  std::string text = function.name.text + "(";
  for (const syntax::FnDecl::Parameter& parameter : function.parameters) {
    if (&parameter != function.parameters.data()) text += ", ";
    text += parameter.name.text + ": " + text_of(parameter.type) + (parameter.optional ? "?" : "");
  }
  return text + ")";
}

bool afford(const Expr& expr, Span span, const Scope& scope) {
  const std::size_t parts = parts_of(expr);
  scope.draft.copies = std::min(scope.draft.copies + parts, kMaxCopies + 1);
  if (parts <= kMaxParts && scope.draft.copies <= kMaxCopies) return true;
  refuse_size(span, scope);
  return false;
}

bool judge_function(Draft& draft, FunctionDraft& function, const syntax::Name& at) {
  if (function.judged == Judged::now) {
    Diagnostic& problem =
        error(draft, "E0221", at.span, "function " + quoted(function.written->name.text) + " needs itself", "a circle");
    also(problem, function.place, "declared here");
    return false;
  }
  if (function.judged == Judged::done) return function.good;
  function.judged = Judged::now;
  if (is_function_of_language(function.written->name.text))
    error(draft, "E0207", function.place, quoted(function.written->name.text) + " is a function of the language",
          "taken");
  else if (!function.written->broken)
    judge_body(draft, function);
  function.judged = Judged::done;
  return function.good;
}

std::optional<Expr> check_function_call(FunctionDraft& function, const syntax::Call& call, Span span,
                                        const Scope& scope) {
  function.used = true;
  const std::vector<syntax::FnDecl::Parameter>& parameters = function.written->parameters;
  if (!judge_function(scope.draft, function, call.function)) {
    for (const syntax::Expr& arg : call.args) check_expr(arg, scope);
    return std::nullopt;
  }
  if (call.args.size() != parameters.size()) {
    Diagnostic& problem =
        error(scope.draft, "E0215", span,
              quoted(call.function.text) + " takes " + std::to_string(parameters.size()) +
                  (parameters.size() == 1 ? " argument" : " arguments") + ", not " + std::to_string(call.args.size()),
              "too " + std::string(call.args.size() > parameters.size() ? "many" : "few"));
    also(problem, function.place, "declared here");
    help(problem, "it is called as " + quoted(usage_of(*function.written)));
    return std::nullopt;
  }
  Arguments arguments{&function, {}};
  bool whole = true;
  for (std::size_t i = 0; i < call.args.size(); ++i) {
    arguments.values.push_back(argument(function, i, call.args[i], scope));
    whole = whole && arguments.values.back();
  }
  if (!whole) return std::nullopt;
  const std::size_t before = scope.draft.diagnostics.size();
  Scope inner{scope.draft, Place::function};
  inner.arguments = &arguments;
  std::optional<Expr> body = check_expr(function.written->body, inner);
  take_back(before, span, scope);
  if (!body) refuse_size(span, scope);
  return body && afford(*body, span, scope) ? std::move(body) : std::nullopt;
}

}  // namespace tocsin::rules::checking
