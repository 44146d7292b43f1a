// What a value on the command line may be: validators of CLI11 that help where they refuse.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace tocsin::cli {

// An empty text is consent.
std::string not_a_duration(const std::string& text);
std::string not_an_input(const std::string& uri);
std::string not_an_output(const std::string& uri);
std::string not_a_socket(const std::string& uri);
std::string not_a_regex(const std::string& text);
/// Events in the place of rules: the likeliest slip of a first try.
std::string not_rules(const std::string& path);

/// One of a few words. Its description is `{a,b,c}`, by which command_table() knows the choices.
CLI::Validator one_of(std::vector<std::string> words);
CLI::Validator number_in(std::uint32_t least, std::uint32_t most);

/// The words of the `one_of` among the validators of `option`; empty: none is.
std::vector<std::string> choices_of(const CLI::Option& option);

}  // namespace tocsin::cli
