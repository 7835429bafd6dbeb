// The graph behind arrays, as plain Python objects.
#include "chainerx/graph.h"

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bindings.h"
#include "gradient.h"
#include "type_caster.h"

namespace py = pybind11;

namespace chainerx::python {
namespace {

py::tuple edge_tuple(const GraphEdge& edge) { return py::make_tuple(edge.node, edge.output); }

template <typename Items, typename Convert>
py::list list_of(const Items& items, Convert convert) {
    py::list result;
    for (const auto& item : items) result.append(convert(item));
    return result;
}

}  // namespace

void add_graph(PyObject* module) {
    auto m = py::reinterpret_borrow<py::module_>(module);
    py::class_<GraphNode>(m, "GraphNode", "An op call, or an array that asked for its gradient.")
        .def_readonly("name", &GraphNode::name, "The op's name; empty for a leaf.")
        .def_readonly("is_leaf", &GraphNode::is_leaf)
        .def_readonly("is_released",
                      &GraphNode::is_released,
                      "Whether a backward pass has freed what lies behind.")
        .def_property_readonly(
            "inputs",
            [](const GraphNode& node) { return list_of(node.inputs, edge_tuple); },
            "(node, output) of each operand that has a gradient.")
        .def_property_readonly(
            "outputs",
            [](const GraphNode& node) {
                return list_of(node.outputs, [](const GraphNode::Output& output) {
                    return py::make_tuple(
                        py::reinterpret_steal<py::object>(int_tuple(output.shape)), output.dtype);
                });
            },
            "(shape, dtype) of each result.");
    py::class_<Graph>(m, "Graph", "What lies behind some arrays.")
        .def_readonly("nodes", &Graph::nodes, "Operands come before the ops that use them.")
        .def_property_readonly(
            "arrays",
            [](const Graph& graph) { return list_of(graph.arrays, edge_tuple); },
            "(node, output) of each of the arrays; node is -1 for one outside of the graph.");
    m.def(
        "_graph_of",
        [](const std::vector<Array>& arrays, const py::object& id) {
            return graph_of(arrays, to_backprop_id(id.ptr()));
        },
        py::arg("arrays"),
        py::arg("backprop_id") = py::none());
}

}  // namespace chainerx::python
