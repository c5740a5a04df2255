//! Properties that hold for every history and every stream: nothing is released without evidence, the bound covers, and
//! a plan inspects and sends what its formulas say.

mod histories;
mod procedure;
