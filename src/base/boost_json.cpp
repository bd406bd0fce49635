// Boost.JSON without its library: its sources, compiled once, here.
#include <boost/json/src.hpp>
