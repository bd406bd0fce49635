// Boost.JSON, compiled once; its other users include <boost/json.hpp> and link this.
#include <boost/json/src.hpp>
