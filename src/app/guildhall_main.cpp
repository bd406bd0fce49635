#include <exception>
#include <iostream>
#include <vector>

#include "app/command_line.h"

int main(int count, char** words) {
  try {
    return guildhall::app::run_command_line(std::vector<std::string_view>(words + 1, words + count));
  } catch (const std::exception& failure) {
    // Disk full, database gone: the commands themselves explain everything that people can mend.
    std::cerr << "guildhall: " << failure.what() << "\n";
    return 3;
  }
}
