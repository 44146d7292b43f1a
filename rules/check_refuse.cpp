// Finds what the language has and this version doesn't run, wherever it stands in the trees, and refuses it by name.
//
// One walk over all nodes, so that each such construct is reported exactly once; the later stages pass over them.
#include "rules/check.hpp"
#include "rules/syntax_walk.hpp"

namespace tocsin::rules::checking {

void refuse_not_yet(Draft& draft) {
  const syntax::SyntaxWalk refuse{overloaded{
      [](const syntax::Expr&) {},
      [&](const syntax::NotYet& node) {
        error(draft, "E0901", node.span, node.what + " can't be used yet", "not available in this version");
      },
  }};
  for (const syntax::Tree& tree : draft.trees)
    for (const syntax::Declaration& declaration : tree.declarations) std::visit(refuse, declaration.node);
}

}  // namespace tocsin::rules::checking
