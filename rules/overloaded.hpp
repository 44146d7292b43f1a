// Cases of a std::visit, one lambda each.
#pragma once

namespace tocsin::rules {

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
overloaded(Cases...) -> overloaded<Cases...>;

}  // namespace tocsin::rules
