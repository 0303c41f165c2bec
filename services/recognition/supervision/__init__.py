"""What superiors do: spot checks, and lists filed with them."""
