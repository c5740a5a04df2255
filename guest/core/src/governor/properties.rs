//! What holds for every history and every stream: nothing is let go that was not earned, the bound covers, and a plan
//! inspects and lets out what its formulas say.

mod histories;
mod procedure;
